-- One row is one day of the last week whose figure differs clearly from the four weeks before. $1: the rows
-- as a JSON array of objects.
insert into metric_anomalies (
  as_of, window_start, window_end, scope, property_id, property_name, metric, day, timezone,
  observed, expected, score, p_value, note)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  metric,
  day,
  timezone,
  observed,
  expected,
  score,
  p,
  note
from jsonb_to_recordset($1::jsonb) as figure (
  scope text, key uuid, metric text, day date, observed double precision,
  expected double precision, score double precision, p double precision, note text)
join measure_scope using (scope, key)
