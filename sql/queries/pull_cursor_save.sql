-- Grain: one (system, property) that was read completely.
insert into pull_cursor as c (system, property_id, watermark, last_complete_at, last_full_at)
values ($1, $2::uuid, $3::timestamptz, now(), case when $4::boolean then now() end)
on conflict (system, property_id) do update set
  watermark = greatest(c.watermark, excluded.watermark),
  last_complete_at = excluded.last_complete_at,
  last_full_at = coalesce(excluded.last_full_at, c.last_full_at)
