-- Grain: one row: how far the polls are behind at $1, and which property fails longest. What is later than $1 was
-- written under a wrong clock.
select count(*)::bigint as properties,
  extract(epoch from $1::text::timestamptz - min(greatest(
    case when p.read_to <= $1::text::timestamptz then p.read_to end, n.as_of)))::float8 as lag_seconds,
  count(p.failing_since)::bigint as failing,
  (array_agg(coalesce(nullif(h.name, ''), n.property_id::text) order by p.failing_since, n.property_id)
    filter (where p.failing_since is not null))[1] as failing_property,
  (array_agg(p.failure order by p.failing_since, n.property_id)
    filter (where p.failing_since is not null))[1] as failure
from (
  select u.property_id, max(r.as_of) as as_of
  from run_pull u
  join sync_run r on r.id = u.run_id
  where u.system = 'resman' and u.reason is null and r.as_of <= $1::text::timestamptz
  group by u.property_id
) n
left join resman_poll p using (property_id)
left join property h on h.id = n.property_id
