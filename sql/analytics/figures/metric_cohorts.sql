-- One row is one scope, cohort, step and maturity: the funnel of metric_funnel for the leads created in one
-- local day, week or month ($1) of the window. No rows where $1 is null.
insert into metric_cohorts (
  as_of, window_start, window_end, scope, property_id, property_name, grain, cohort_start, timezone,
  step_order, status, maturity, reached, visited, skipped, overall_rate, overall_lo95, overall_hi95,
  lost, open)
with step as (
  select status_rank(status) as step_order, status
  from unnest(array[
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased']) as status
),
counted as (
  select
    case grouping(cell.property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(cell.property_id, '00000000-0000-0000-0000-000000000000') as key,
    cohort_start,
    maturity,
    step_order,
    sum(n) filter (where highest >= step_order) as reached,
    sum(n) filter (where visited & (1 << step_order) <> 0) as visited,
    sum(n) filter (where highest = step_order and lost) as lost,
    sum(n) filter (where highest = step_order and not lost) as open
  from measure_cohort as cell
  cross join step
  cross join unnest(array['all', 'mature']) as maturity
  cross join lateral (select date_trunc($1::text, created_day::timestamp)::date as cohort_start) as cohort
  where cell.is_current
    and $1::text is not null
    and (maturity = 'all' or mature)
  group by grouping sets (
    (cell.property_id, cohort_start, maturity, step_order), (cohort_start, maturity, step_order))
),
calendar as (
  select distinct
    measure_scope.scope,
    measure_scope.key,
    date_trunc($1::text, (measure_scope.first_day + i)::timestamp)::date as cohort_start
  from measure_scope
  cross join generate_series(0, measure_scope.last_day - measure_scope.first_day) as i
  where $1::text is not null
),
filled as (
  select
    measure_scope.*,
    cohort_start,
    maturity,
    step.step_order,
    step.status,
    coalesce(counted.reached, 0)::bigint as reached,
    coalesce(counted.visited, 0)::bigint as visited,
    coalesce(counted.lost, 0)::bigint as lost,
    coalesce(counted.open, 0)::bigint as open
  from measure_scope
  join calendar using (scope, key)
  cross join unnest(array['all', 'mature']) as maturity
  cross join step
  left join counted using (scope, key, cohort_start, maturity, step_order)
),
compared as (
  select
    *,
    first_value(reached) over (
      partition by scope, key, cohort_start, maturity order by step_order) as reached_first
  from filled
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  $1::text,
  cohort_start,
  timezone,
  step_order,
  status,
  maturity,
  reached,
  visited,
  reached - visited,
  reached::double precision / nullif(reached_first, 0),
  wilson_low(reached, reached_first),
  wilson_high(reached, reached_first),
  case when status <> 'leased' then lost end,
  case when status <> 'leased' then open end
from compared
