-- One row is one scope, cohort, step and maturity: the funnel of metric_funnel for the leads created in
-- one local day, week or month ($1) of the window; no row without a grain. Each stay says what it adds:
-- the steps it is the first to reach, and, if it lasts at the end of the funnel window, how the lead ends.
insert into metric_cohorts (
  as_of, window_start, window_end, scope, property_id, property_name, grain, cohort_start, timezone,
  step_order, status, maturity, reached, visited, skipped, overall_rate, overall_lo95, overall_hi95,
  lost, open)
with step as (
  select status_rank(status) as step_order, status
  from unnest(array[
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased']) as status
),
early as (
  select
    visit.property_id,
    date_trunc($1::text, visit.created_at at time zone scope.timezone)::date as cohort_start,
    visit.created_at + scope.funnel_window <= scope.as_of as mature,
    status_rank(visit.status) as rank,
    coalesce(visit.highest_before, -1) as highest_before,
    visit.repeated,
    visit.left_at is null or visit.left_at > visit.created_at + scope.funnel_window as is_end,
    visit.status = 'lost' as lost
  from visit
  join measure_scope as scope
    on scope.scope = 'property'
    and scope.key = coalesce(visit.property_id, '00000000-0000-0000-0000-000000000000')
  where $1::text is not null
    and visit.created_at >= scope.window_start
    and visit.created_at < scope.window_end
    and visit.entered_at <= visit.created_at + scope.funnel_window
),
cell as (
  select property_id, cohort_start, mature, rank, highest_before, repeated, is_end, lost, count(*) as n
  from early
  group by 1, 2, 3, 4, 5, 6, 7, 8
),
counted as (
  select
    case grouping(cell.property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(cell.property_id, '00000000-0000-0000-0000-000000000000') as key,
    cohort_start,
    maturity,
    step_order,
    sum(n) filter (where highest_before < step_order and rank >= step_order) as reached,
    sum(n) filter (where rank = step_order and not repeated) as visited,
    sum(n) filter (where is_end and greatest(highest_before, rank) = step_order and lost) as lost,
    sum(n) filter (where is_end and greatest(highest_before, rank) = step_order and not lost) as open
  from cell
  cross join step
  cross join unnest(array['all', 'mature']) as maturity
  where maturity = 'all' or mature
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
