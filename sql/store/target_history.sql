-- Grain: one row a target, place and week: the figure as measured by the newest night of the week. Week 0 ends at $1;
-- week -1 is the baseline: the newest measurement whose window ends before the windows of all weeks begin. $2 the
-- targets as JSON. A week or a baseline that was not measured has no row.
with target as (
  select *
  from jsonb_to_recordset($2::jsonb) as target (
    name text, figure text, status text, scope text, property_id uuid, weeks integer)
),
pinned as (
  select as_of, window_start, window_end from measurement where as_of = $1::timestamptz
),
week as (
  select target.name, back.week, newest.as_of
  from target
  cross join pinned
  cross join lateral generate_series(0, target.weeks - 1) as back (week)
  cross join lateral (
    select measurement.as_of
    from measurement
    where (measurement.standard or measurement.as_of = pinned.as_of)
      and measurement.as_of <= pinned.as_of - make_interval(days => 7 * back.week)
      and measurement.as_of > pinned.as_of - make_interval(days => 7 * (back.week + 1))
    order by measurement.as_of desc
    limit 1
  ) as newest
),
compared as (
  select name, week, as_of from week
  union all
  select first.name, -1, before.as_of
  from (
    select week.name, min(measurement.window_start) as window_start
    from week
    join measurement using (as_of)
    group by week.name
  ) as first
  cross join lateral (
    select measurement.as_of
    from measurement
    where measurement.standard
      and measurement.window_end <= first.window_start
    order by measurement.as_of desc
    limit 1
  ) as before
),
wanted as (
  select distinct as_of from compared
),
figure as (
  select as_of, scope, property_id, property_name, metric as figure, null as status, value, denominator as n, unit
  from metric_performance
  join wanted using (as_of)
  union all
  select as_of, scope, property_id, property_name, 'funnel.overall_rate', status, overall_rate,
    first_value(reached) over steps, 'rate'
  from metric_funnel
  join wanted using (as_of)
  where maturity = 'all'
  window steps as (partition by as_of, scope, property_id order by step_order)
  union all
  select as_of, scope, property_id, property_name, 'funnel.step_rate', status, step_rate,
    lag(reached) over steps, 'rate'
  from metric_funnel
  join wanted using (as_of)
  where maturity = 'all'
  window steps as (partition by as_of, scope, property_id order by step_order)
  union all
  select as_of, scope, property_id, property_name, 'conversion.rate', status, rate, entered, 'rate'
  from metric_conversion
  join wanted using (as_of)
  union all
  select as_of, scope, property_id, property_name, 'time_in_status.km_median_seconds', status, km_median_seconds,
    n_closed + n_open, 'seconds'
  from metric_time_in_status
  join wanted using (as_of)
)
select
  target.name as target,
  figure.scope,
  figure.property_id,
  figure.property_name,
  compared.week,
  figure.value,
  figure.n::double precision as n,
  figure.unit
from target
join compared on compared.name = target.name
join figure on figure.as_of = compared.as_of
  and figure.figure = target.figure
  and figure.status is not distinct from target.status
  and figure.scope = target.scope
  and (figure.scope = 'portfolio' or figure.property_id is not null)
  and (target.property_id is null or figure.property_id = target.property_id)
order by target.name, figure.scope, figure.property_id, compared.week desc
