-- One row is one stay of a lead of the batch as it stands in visit: what rollup counted of it.
select
  visit.property_id,
  visit.status,
  visit.entered_day,
  visit.left_day,
  visit.truncated,
  visit.truncated or visit.n = 1 and visit.created_at is not null as is_first,
  visit.left_at is null as is_open,
  visit.previous_status is null as is_creation,
  coalesce(cardinality(visit.noop_at), 0)::bigint as noops,
  visit.sync_direction,
  visit.updated_by
from measure_lead
join visit using (lead)
where measure_lead.i > (select current_setting('measure.batch_after')::bigint)
  and measure_lead.i <= (select current_setting('measure.batch_through')::bigint)
