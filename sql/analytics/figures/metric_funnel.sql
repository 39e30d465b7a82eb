-- One row is one scope, step and maturity: the funnel of the leads created in the window. A lead counts at
-- every step up to the highest rank that it reached within the funnel window after its creation, so no step
-- counts more leads than the step before it. What the lead did later is not counted.
insert into metric_funnel (
  as_of, window_start, window_end, scope, property_id, property_name, step_order, status, maturity,
  reached, visited, skipped, step_rate, step_lo95, step_hi95,
  overall_rate, overall_lo95, overall_hi95, lost, open)
with step as (
  select status_rank(status) as step_order, status
  from unnest(array[
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased']) as status
),
counted as (
  select
    case grouping(cell.property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(cell.property_id, '00000000-0000-0000-0000-000000000000') as key,
    maturity,
    step.step_order,
    sum(n) filter (where highest >= step_order) as reached,
    sum(n) filter (where visited & (1 << step_order) <> 0) as visited,
    sum(n) filter (where highest = step_order and lost) as lost,
    sum(n) filter (where highest = step_order and not lost) as open
  from measure_cohort as cell
  cross join step
  cross join unnest(array['all', 'mature']) as maturity
  where cell.is_current
    and (maturity = 'all' or mature)
  group by grouping sets (
    (cell.property_id, maturity, step.step_order), (maturity, step.step_order))
),
filled as (
  select
    measure_scope.*,
    maturity,
    step.step_order,
    step.status,
    coalesce(counted.reached, 0)::bigint as reached,
    coalesce(counted.visited, 0)::bigint as visited,
    coalesce(counted.lost, 0)::bigint as lost,
    coalesce(counted.open, 0)::bigint as open
  from measure_scope
  cross join unnest(array['all', 'mature']) as maturity
  cross join step
  left join counted using (scope, key, maturity, step_order)
),
compared as (
  select
    *,
    case when visited > 0 then lag(reached) over steps end as reached_before,
    first_value(reached) over steps as reached_first
  from filled
  window steps as (partition by scope, key, maturity order by step_order)
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  step_order,
  status,
  maturity,
  reached,
  visited,
  reached - visited,
  reached::double precision / nullif(reached_before, 0),
  wilson_low(reached, reached_before),
  wilson_high(reached, reached_before),
  reached::double precision / nullif(reached_first, 0),
  wilson_low(reached, reached_first),
  wilson_high(reached, reached_first),
  case when status <> 'leased' then lost end,
  case when status <> 'leased' then open end
from compared
