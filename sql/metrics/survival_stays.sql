-- One row is one stay in a non-terminal status begun in the window: where, in what, from when to
-- when, and whether it ended then or still lasted.
with bounds as (
  select as_of, window_start, window_end
  from measure_scope
  where scope = 'portfolio'
)
select
  coalesce(visit.property_id, '00000000-0000-0000-0000-000000000000') as key,
  visit.status,
  visit.entered_at,
  coalesce(visit.left_at, bounds.as_of) as until,
  visit.left_at is not null as ended
from visit
cross join bounds
where visit.entered_at >= bounds.window_start
  and visit.entered_at < bounds.window_end
  and visit.status not in ('leased', 'lost')
