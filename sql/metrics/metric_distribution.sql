-- One row is one scope, local day and status: leads in the status at the end of the day, by adding
-- up the day cells. Cells before the window stand on its first day; where the window reaches as_of,
-- what happened at that very instant stands on its last.
insert into metric_distribution (
  as_of, window_start, window_end, scope, property_id, property_name, day, timezone, status, leads)
with status as (
  select status
  from unnest(array[
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost']) as status
  union
  select status
  from rollup
),
cell as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    day,
    status,
    sum(case kind when 'entered' then n else -n end) as n
  from rollup
  group by grouping sets ((property_id, day, status), (day, status))
),
placed as (
  select
    scope,
    key,
    cell.status,
    case
      when window_end >= as_of then least(greatest(cell.day, first_day), last_day)
      else greatest(cell.day, first_day)
    end as day,
    sum(cell.n) as n
  from cell
  join measure_scope using (scope, key)
  group by 1, 2, 3, 4
),
grid as (
  select measure_scope.*, first_day + i as day, status.status
  from measure_scope
  cross join generate_series(0, last_day - first_day) as i
  cross join status
),
summed as (
  select
    grid.*,
    sum(coalesce(placed.n, 0)) over (partition by scope, key, status order by day) as leads
  from grid
  left join placed using (scope, key, status, day)
)
select
  as_of, window_start, window_end, scope, property_id, property_name, day, timezone, status, leads
from summed
