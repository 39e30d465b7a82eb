-- One row is one scope, curve and day: $1 is the curves as a JSON array of objects, each with an array a
-- column. A scope without a lead has none.
insert into metric_curves (
  as_of, window_start, window_end, scope, property_id, property_name, curve, day, leads, reached, waiting,
  probability, lo95, hi95)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  curve.status,
  point.day,
  curve.leads,
  point.reached,
  point.waiting,
  point.probability,
  point.low,
  point.high
from jsonb_to_recordset($1::jsonb) as curve (
  scope text, key uuid, status text, leads bigint, days integer[], reached bigint[], waiting bigint[],
  probability double precision[], low double precision[], high double precision[])
join measure_scope using (scope, key)
cross join lateral unnest(
  curve.days, curve.reached, curve.waiting, curve.probability, curve.low, curve.high)
  as point (day, reached, waiting, probability, low, high)
