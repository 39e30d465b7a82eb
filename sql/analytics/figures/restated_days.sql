-- One row is one scope, figure and closed local day whose value differs from the report before this one; both
-- reports contain the whole day.
-- Read by metric_restatements.
create temporary table restated_days on commit drop as
select
  scope,
  key,
  differing.metric,
  differing.day,
  differing.status,
  published_scope.timezone,
  differing.old_value::numeric as old_value,
  differing.new_value::numeric as new_value,
  published_scope.as_of as published_as_of
from measure_restated as differing
join published_scope using (scope, key)
where differing.day < published_scope.closed_before
  and (differing.metric = 'status_distribution' or differing.day > published_scope.begun_by)
