-- One row is one property and status: without a day, the number of leads in that status at as_of; with a day,
-- the change of that number on a day of the window or later.
with window_begin as materialized (
  select min(first_day) as day
  from measure_scope
)
select
  coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
  null::date as day,
  key as status,
  n
from rollup
where kind = 'held'
  and n <> 0
union all
select measure_scope.key, cell.day, cell.status, cell.n
from measure_scope
cross join lateral (
  select day, key as status, n
  from rollup
  where kind = 'stock'
    and property_id = measure_scope.property_id
    and day > (select day from window_begin)
    and n <> 0
  union all
  select day, key, n
  from rollup
  where measure_scope.property_id is null
    and kind = 'stock'
    and property_id is null
    and day > (select day from window_begin)
    and n <> 0
) as cell
where measure_scope.scope = 'property'
