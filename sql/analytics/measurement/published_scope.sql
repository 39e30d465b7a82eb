-- One row is one scope that the report before this one also had; the report of a run where there is one.
-- timezone: as in metric_restatements. begun_by: the last local day whose beginning one of the two reports
-- may lack. closed_before: the first local day that was not over in one of the two.
-- Read by daily_in_force, distribution_in_force, restated_days.
create temporary table published_scope on commit drop as
-- Where the properties have several zones, a day of the portfolio is closed when it is over at every
-- property.
with published as (
  select coalesce(max(as_of) filter (where run_id is not null), max(as_of)) as as_of
  from measurement
  where standard
    and as_of < (select as_of from measure_scope where scope = 'portfolio')
)
select
  measure_scope.scope,
  measure_scope.key,
  published.as_of,
  least(held.timezone, measure_scope.timezone) as timezone,
  greatest(
    (held.window_start at time zone
      case held.timezone when 'mixed' then 'Etc/GMT-14' else held.timezone end)::date,
    (measure_scope.window_start at time zone
      case measure_scope.timezone when 'mixed' then 'Etc/GMT-14' else measure_scope.timezone end)::date)
    as begun_by,
  least(
    (least(held.window_end, published.as_of) at time zone
      case held.timezone when 'mixed' then 'Etc/GMT+12' else held.timezone end)::date,
    (least(measure_scope.window_end, published.as_of) at time zone
      case measure_scope.timezone when 'mixed' then 'Etc/GMT+12' else measure_scope.timezone end)::date)
    as closed_before
from measure_scope
cross join published
cross join lateral (
  select timezone, window_start, window_end
  from metric_distribution_at(published.as_of) as known
  where known.scope = measure_scope.scope
    and known.property_id = measure_scope.property_id
  union all
  select timezone, window_start, window_end
  from metric_distribution_at(published.as_of) as nobodys
  where measure_scope.property_id is null
    and nobodys.scope = measure_scope.scope
    and nobodys.property_id is null
  limit 1
) as held
