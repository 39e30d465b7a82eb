-- One row is one lead that has not come to an end.
insert into measure_open (lead, property_id, key, status, entered_at, open_seconds)
select
  journey.lead,
  journey.property_id,
  coalesce(journey.property_id, '00000000-0000-0000-0000-000000000000'),
  journey.status[cardinality(journey.status)],
  latest.entered_at,
  date_part('epoch', compare_period.as_of - latest.entered_at)
from journey
cross join lateral (select journey.entered_at[cardinality(journey.status)] as entered_at) as latest
join compare_period on compare_period.is_current
where journey.status[cardinality(journey.status)] not in ('leased', 'lost')
  and latest.entered_at is not null
