-- One row is one property, local day of the window, direction and author whose count changed after the day
-- was over, with the time of the change.
select property_id, day - date '2000-01-01' as day, direction, updated_by, revised_at
from daily_revision
where day >= (select min(first_day) from measure_scope)
  and day <= (select max(last_day) from measure_scope)
