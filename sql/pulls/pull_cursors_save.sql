-- Grain: one (system, property) that was read completely: where its next pull begins, and how many leads that
-- pull must show again: the staged rows, and those that were not staged because both sides agreed. $1: the pulls as
-- JSON.
with
moved as (
  select *
  from jsonb_to_recordset($1::jsonb) as p (
    system text, property_id uuid, watermark timestamptz, agreed bigint, recently_agreed bigint,
    is_full boolean)
),
staged as (
  select 'domiq' as system, property_id, version from stage_domiq where raw is not null
  union all
  select 'resman', property_id, version from stage_resman where raw is not null
),
counted as (
  select m.system, m.property_id,
    count(*) as leads,
    count(*) filter (where s.version::timestamptz >= m.watermark - interval '48 hours') as recent
  from moved m
  join staged s on s.system = m.system and s.property_id = m.property_id
  group by m.system, m.property_id
)
insert into pull_cursor as c (
  system, property_id, watermark, leads, recent, last_complete_at, last_full_at)
select m.system, m.property_id, m.watermark,
  case when m.is_full then coalesce(n.leads, 0) + m.agreed end,
  coalesce(n.recent, 0) + m.recently_agreed,
  now(),
  case when m.is_full then now() end
from moved m
left join counted n on n.system = m.system and n.property_id = m.property_id
on conflict (system, property_id) do update set
  watermark = excluded.watermark,
  leads = coalesce(excluded.leads, c.leads),
  recent = excluded.recent,
  last_complete_at = excluded.last_complete_at,
  last_full_at = coalesce(excluded.last_full_at, c.last_full_at)
