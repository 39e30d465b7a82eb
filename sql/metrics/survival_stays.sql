-- One row is one stay in a non-terminal status that some survival figure rests on: begun in the window
-- or in the one before, or the first one in its status of a lead created in the window.
-- is_current: begun in the window; false: in the one before; null: in neither. until and ended: as of
-- the instant that window is looked at. answered: on a lead's first stay as new, whether it ended for
-- a status with a rank of 1 or more. followed_until, fate: of a lead of the cohort from its first entry
-- on, when it had reached a higher rank (1), was lost (2), or was last seen (0); else null.
with bounds as (
  select
    now.as_of,
    now.window_start,
    now.window_end,
    before.window_start as before_start,
    before.as_of as before_as_of
  from compare_period as now
  join compare_period as before on not before.is_current
  where now.is_current
),
stay as (
  select
    visit.property_id,
    visit.status,
    visit.entered_at,
    visit.left_at,
    case when visit.n = 1 and visit.status = 'new'
      then coalesce(status_rank(visit.next_status) >= 1, false) end as can_answer,
    case
      when visit.entered_at < bounds.window_start then false
      when visit.entered_at < bounds.window_end then true
    end as is_current,
    case when visit.entered_at < bounds.window_start then bounds.before_as_of else bounds.as_of end
      as seen_until,
    not visit.repeated
      and visit.created_at >= bounds.window_start
      and visit.created_at < bounds.window_end
      and visit.status in ('new', 'contacted', 'qualified', 'tour_scheduled', 'application')
      as is_followed,
    visit.advanced_at,
    visit.lost_at,
    bounds.as_of
  from visit
  cross join bounds
  where visit.entered_at >= bounds.before_start
    and (visit.entered_at < bounds.window_end or visit.created_at < bounds.window_end)
    and visit.status not in ('leased', 'lost')
)
select
  coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
  status,
  entered_at,
  is_current,
  least(left_at, seen_until) as until,
  coalesce(left_at <= seen_until, false) as ended,
  case when can_answer is not null
    then can_answer and coalesce(left_at <= seen_until, false) end as answered,
  case when is_followed then least(advanced_at, lost_at, as_of) end as followed_until,
  case
    when not is_followed then null
    when advanced_at <= coalesce(lost_at, advanced_at) then 1
    when lost_at is not null then 2
    else 0
  end as fate
from stay
where entered_at <= seen_until
