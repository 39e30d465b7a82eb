-- One row is one lead that has been in its status for longer than the p90 of that status.
insert into metric_stalled (
  as_of, window_start, window_end, scope, property_id, property_name, resman_lead_id, status,
  entered_at, open_seconds, p90_seconds)
select
  as_of,
  window_start,
  window_end,
  scope,
  measure_scope.property_id,
  property_name,
  lead,
  status,
  entered_at,
  open_seconds,
  p90_seconds
from measure_open
join measure_p90 using (key, status)
join measure_scope using (key)
where measure_scope.scope = 'property'
  and open_seconds > p90_seconds
order by measure_scope.property_id, lead, status
