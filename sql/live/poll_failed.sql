-- Grain: one property, whose poll failed at $2 for the reason $3.
insert into resman_poll (property_id, failing_since, failure)
values ($1, $2::text::timestamptz, $3)
on conflict (property_id) do update set
  failing_since = coalesce(resman_poll.failing_since, excluded.failing_since),
  failure = excluded.failure
