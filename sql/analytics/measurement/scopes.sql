-- One row is one scope, in the order that the figure tables use. Days are counted from 2000-01-01.
select
  scope,
  key,
  property_id,
  property_name,
  timezone,
  as_of,
  window_start,
  window_end,
  first_day - date '2000-01-01' as first_day,
  last_day - date '2000-01-01' as last_day
from measure_scope
order by scope, property_id
