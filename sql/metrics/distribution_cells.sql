-- One row is one property and status: the leads that are in it at as_of (no day), or by how many more
-- they became on a day of the window or after it.
select
  coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
  case kind when 'stock' then day end as day,
  key as status,
  n
from rollup
where kind = 'held'
  or kind = 'stock' and day > (select min(first_day) from measure_scope)
