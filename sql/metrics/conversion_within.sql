-- One row is one scope and status: how probable it is to advance within 7, 30 and 90 days. $1 is the
-- figures as a JSON array of objects.
update metric_conversion
set
  advanced_7d = figure.within_7d,
  advanced_30d = figure.within_30d,
  advanced_90d = figure.within_90d
from jsonb_to_recordset($1::jsonb) as figure (
  scope text, key uuid, status text, within_7d double precision, within_30d double precision,
  within_90d double precision)
join measure_scope using (scope, key)
where metric_conversion.as_of = measure_scope.as_of
  and metric_conversion.scope = figure.scope
  and coalesce(metric_conversion.property_id, '00000000-0000-0000-0000-000000000000')
    = measure_scope.key
  and metric_conversion.status = figure.status
