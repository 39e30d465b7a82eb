-- One row is one lead that has not come to an end.
insert into measure_open (lead, property_id, key, status, entered_at, open_seconds)
select
  journey.lead,
  journey.property_id,
  coalesce(journey.property_id, '00000000-0000-0000-0000-000000000000'),
  entry_kind.status,
  journey.open_since,
  date_part('epoch', compare_period.as_of - journey.open_since)
from journey
join entry_kind on entry_kind.id = journey.entries[cardinality(journey.entries)]
join compare_period on compare_period.is_current
where journey.open_since is not null
