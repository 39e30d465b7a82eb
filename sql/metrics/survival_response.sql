-- One row is one lead created as new in the window: from its creation to its first exit to a status
-- with a rank of 1 or more; a lead that left for lost, or still waits, was not answered by then.
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
  coalesce(status_rank(visit.next_status) >= 1, false) as ended
from visit
cross join bounds
where visit.n = 1
  and visit.status = 'new'
  and visit.created_at >= bounds.window_start
  and visit.created_at < bounds.window_end
