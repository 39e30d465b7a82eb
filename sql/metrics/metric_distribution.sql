-- One row is one scope, local day and status: leads in the status at the end of the day. What is held
-- at as_of, less what came since the day. Where the window reaches as_of, what happened at that very
-- instant stands on its last day.
insert into metric_distribution (
  as_of, window_start, window_end, scope, property_id, property_name, day, timezone, status, leads)
with cell as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    kind,
    day,
    key as status,
    sum(n) as n
  from rollup
  where kind = 'held'
    or kind = 'stock' and day > (select min(first_day) from measure_scope)
  group by grouping sets ((property_id, kind, day, rollup.key), (kind, day, rollup.key))
),
status as (
  select status
  from unnest(array[
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost']) as status
  union
  select status
  from cell
),
held as (
  select scope, key, status, n as held
  from cell
  where kind = 'held'
),
since as (
  select
    scope,
    key,
    cell.status,
    case
      when window_end >= as_of then least(cell.day, last_day)
      else least(cell.day, last_day + 1)
    end as day,
    sum(cell.n) as n
  from cell
  join measure_scope using (scope, key)
  where cell.kind = 'stock'
  group by 1, 2, 3, 4
),
grid as (
  select measure_scope.*, first_day + i as day, status.status
  from measure_scope
  cross join generate_series(0, last_day - first_day + 1) as i
  cross join status
),
summed as (
  select
    grid.*,
    coalesce(held, 0) - coalesce(sum(since.n) over (
      partition by scope, key, status order by day desc
      rows between unbounded preceding and 1 preceding), 0) as leads
  from grid
  left join held using (scope, key, status)
  left join since using (scope, key, status, day)
)
select
  as_of, window_start, window_end, scope, property_id, property_name, day, timezone, status, leads
from summed
where day <= last_day
