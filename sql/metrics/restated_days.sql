-- One row is one scope, figure and closed local day whose value differs from that of the report
-- before this one; both had the day in full.
create temporary table restated_days on commit drop as
with now_at as (
  select as_of, window_start, window_end
  from measure_scope
  where scope = 'portfolio'
),
published as (
  select max(daily.as_of) as as_of
  from metric_daily as daily
  where daily.as_of < (select as_of from now_at)
),
-- Where properties have several zones, a day of the portfolio is closed when it is over everywhere.
edition as (
  select *, true as is_now
  from metric_daily
  where as_of = (select as_of from now_at)
  union all
  select *, false
  from metric_daily
  where as_of = (select as_of from published)
),
day_summed as (
  select
    daily.scope,
    coalesce(daily.property_id, '00000000-0000-0000-0000-000000000000') as key,
    daily.day,
    min(daily.timezone) as timezone,
    sum(daily.changes) filter (where not is_now) as old_changes,
    sum(daily.changes) filter (where is_now) as new_changes,
    sum(daily.creations) filter (where not is_now) as old_creations,
    sum(daily.creations) filter (where is_now) as new_creations,
    sum(daily.failed) filter (where not is_now) as old_failed,
    sum(daily.failed) filter (where is_now) as new_failed
  from edition as daily
  cross join published
  where daily.day > (daily.window_start at time zone
      case daily.timezone when 'mixed' then 'Etc/GMT-14' else daily.timezone end)::date
    and daily.day < (least(daily.window_end, published.as_of) at time zone
      case daily.timezone when 'mixed' then 'Etc/GMT+12' else daily.timezone end)::date
  group by 1, 2, 3
),
daily_compared as (
  select scope, key, figure.metric, day, null::text as status, timezone, old_value, new_value
  from day_summed
  cross join lateral (values
    ('total_status_changes', old_changes, new_changes),
    ('creations', old_creations, new_creations),
    ('failed', old_failed, new_failed)
  ) as figure (metric, old_value, new_value)
  where old_value <> new_value
),
distribution_compared as (
  select
    scope,
    key,
    'status_distribution' as metric,
    differing.day,
    differing.status,
    published_scope.timezone,
    differing.old_value::numeric as old_value,
    differing.new_value::numeric as new_value
  from measure_restated as differing
  join published_scope using (scope, key)
  where differing.day < published_scope.closed_before
),
either as (
  select *
  from daily_compared
  union all
  select *
  from distribution_compared
)
select either.*, published.as_of as published_as_of
from either
cross join published
