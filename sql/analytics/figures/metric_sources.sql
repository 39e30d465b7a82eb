-- One row is one scope, source, step and maturity: the funnel of the leads created in the window, by where they came
-- from first. Sources that differ in capitals alone are one, written as most records write it. Beyond the 50 largest
-- of a scope the others are one row; leads whose source is not known are one of their own.
insert into metric_sources (
  as_of, window_start, window_end, scope, property_id, property_name, kind, source, step_order,
  status, maturity, reached, overall_rate, overall_lo95, overall_hi95, lost, open, share)
with spelling as materialized (
  select lower(source) as name, mode() within group (order by source collate "C") as source
  from measure_described
  where is_new and source is not null
  group by lower(source)
),
cell as (
  select property_id, lower(source) as name, is_mature, highest, was_lost, count(*) as n
  from measure_described
  where is_new
  group by property_id, lower(source), is_mature, highest, was_lost
),
counted as (
  select
    case grouping(cell.property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(cell.property_id, '00000000-0000-0000-0000-000000000000') as key,
    cell.name,
    maturity,
    step_order,
    sum(n) filter (where highest >= step_order) as reached,
    sum(n) filter (where highest = step_order and was_lost) as lost,
    sum(n) filter (where highest = step_order and not was_lost) as open
  from cell
  cross join generate_series(0, 5) as step_order
  cross join unnest(array['all', 'mature']) as maturity
  where maturity = 'all' or is_mature
  group by grouping sets (
    (cell.property_id, cell.name, maturity, step_order), (cell.name, maturity, step_order))
),
sized as (
  select
    *,
    max(reached) filter (where maturity = 'all' and step_order = 0)
      over (partition by scope, key, name) as leads
  from counted
),
placed as (
  select
    *,
    dense_rank() over (
      partition by scope, key, name is null order by leads desc, name collate "C") as place
  from sized
),
shown as (
  select
    scope,
    key,
    case when name is null then 'unknown' when place <= 50 then 'source' else 'rest' end as kind,
    case when place <= 50 then spelling.source end as source,
    maturity,
    step_order,
    sum(coalesce(reached, 0))::bigint as reached,
    sum(coalesce(lost, 0))::bigint as lost,
    sum(coalesce(open, 0))::bigint as open
  from placed
  left join spelling using (name)
  group by scope, key, 3, 4, maturity, step_order
),
compared as (
  select
    *,
    first_value(reached) over (
      partition by scope, key, kind, source, maturity order by step_order) as leads,
    sum(reached) filter (where step_order = 0) over (partition by scope, key, maturity) as all_leads
  from shown
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  kind,
  source,
  step_order,
  (array['new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased'])[step_order + 1],
  maturity,
  reached,
  reached::double precision / nullif(leads, 0),
  wilson_low(reached, leads),
  wilson_high(reached, leads),
  case when step_order < 5 then lost end,
  case when step_order < 5 then open end,
  leads / nullif(all_leads, 0)::double precision
from compared
join measure_scope using (scope, key)
