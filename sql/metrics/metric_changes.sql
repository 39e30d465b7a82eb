-- One row is one figure of the window against the same figure of the window before. $1 is the rows as
-- a JSON array of objects, durations in seconds.
insert into metric_changes (
  as_of, window_start, window_end, scope, property_id, property_name, metric, status, previous,
  current, difference, lo95, hi95, p_value, q_value, verdict)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  metric,
  status,
  previous,
  current,
  difference,
  low,
  high,
  p,
  q,
  verdict
from jsonb_to_recordset($1::jsonb) as figure (
  scope text, key uuid, metric text, status text, previous double precision,
  current double precision, difference double precision, low double precision,
  high double precision, p double precision, q double precision, verdict text)
join measure_scope using (scope, key)
