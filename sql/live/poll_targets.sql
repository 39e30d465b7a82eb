-- Grain: one property that a night has read completely from ResMan, the one read longest ago first. A night reads
-- everything up to its start, so a poll goes on where the later of both ended. What is later than $1 was written under a
-- wrong clock.
select n.property_id,
  (extract(epoch from greatest(p.read_to, n.as_of)) * 1000000)::bigint as read_to
from (
  select u.property_id, max(r.as_of) as as_of
  from run_pull u
  join sync_run r on r.id = u.run_id
  where u.system = 'resman' and u.reason is null and r.as_of <= $1::text::timestamptz
  group by u.property_id
) n
left join resman_poll p on p.property_id = n.property_id and p.read_to <= $1::text::timestamptz
order by 2, 1
