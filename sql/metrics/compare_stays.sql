-- One row is one stay in a non-terminal status begun in the window before or in this one: where, in
-- what, from when to when, whether it ended, and in which window. answered: on a lead's first stay
-- as new, whether it ended for a status with a rank of 1 or more; null on every other stay.
select
  coalesce(visit.property_id, '00000000-0000-0000-0000-000000000000') as key,
  visit.status,
  visit.entered_at,
  least(visit.left_at, period.as_of) as until,
  coalesce(visit.left_at <= period.as_of, false) as ended,
  case when visit.n = 1 and visit.status = 'new' and visit.created_at = visit.entered_at
    then coalesce(visit.left_at <= period.as_of and status_rank(visit.next_status) >= 1, false)
  end as answered,
  period.is_current
from visit
join compare_period as period
  on visit.entered_at >= period.window_start and visit.entered_at < period.window_end
where visit.status not in ('leased', 'lost')
  and visit.entered_at <= period.as_of
