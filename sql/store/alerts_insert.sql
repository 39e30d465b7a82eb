-- Grain: one row a target and place of the measurement $1, judged, from JSON $2, to be published.
insert into metric_alerts (
  as_of, window_start, window_end, scope, property_id, property_name, target, figure, status, value, n, unit,
  limit_kind, limit_value, baseline, change_percent, min_n, weeks, weeks_missed, verdict)
select
  measurement.as_of, measurement.window_start, measurement.window_end, row.scope, row.property_id, row.property_name,
  row.target, row.figure, row.status, row.value, row.n, row.unit, row.limit_kind, row.limit_value, row.baseline,
  row.change_percent, row.min_n, row.weeks, row.weeks_missed, row.verdict
from jsonb_populate_recordset(null::metric_alerts, $2::jsonb) as row
join measurement on measurement.as_of = $1::timestamptz
