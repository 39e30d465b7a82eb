-- Grain: one of the leads $1 that ResMan had not modified for 400 days when it was last read, as it showed it then, at
-- the time $2. Left out are those whose turn came since the last full pull of the property: once in 28 days for each.
with full_pull as (
  select u.property_id, max(r.as_of) as as_of
  from run_pull u
  join sync_run r on r.id = u.run_id
  where u.system = 'resman' and not u.incremental and u.reason is null
  group by u.property_id
)
select l.resman_lead_id, l.resman_raw, l.resman_version
from unnest($1::text[]) as asked (id)
join lead l on l.resman_lead_id = asked.id
join full_pull c on c.property_id = l.property_id
cross join lateral (
  select (hashtextextended(l.resman_lead_id, 0) & 1048575) % 28 as days) phase
where l.resman_raw is not null
  and l.resman_version::timestamptz < $2::text::timestamptz - interval '400 days'
  and floor((extract(epoch from $2::text::timestamptz) / 86400 + phase.days) / 28)
    = floor((extract(epoch from c.as_of) / 86400 + phase.days) / 28)
