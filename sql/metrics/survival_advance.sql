-- One row is one lead and status, new to application, that it entered: from when to when, and whether
-- it then had reached a higher status (1), was lost (2), or neither (0). Leads created in the window.
-- A lead that only ever moved on tells this by its stays alone. One that went back, or came again
-- out of leased or lost, is looked at as a whole, from its first entry on.
with bounds as (
  select as_of, window_start, window_end
  from measure_scope
  where scope = 'portfolio'
),
stay as (
  select
    visit.property_id,
    visit.lead,
    visit.n,
    visit.status,
    visit.entered_at,
    visit.left_at,
    visit.next_status
  from visit
  cross join bounds
  where visit.created_at >= bounds.window_start
    and visit.created_at < bounds.window_end
),
wanderer as (
  select distinct lead
  from stay
  where next_status <> 'lost'
    and coalesce(status_rank(next_status) <= status_rank(status), true)
),
straight as (
  select
    property_id,
    status,
    entered_at,
    left_at,
    case when next_status = 'lost' then 2 when next_status is not null then 1 else 0 end as fate
  from stay
  where status_rank(status) < 5
    and not exists (select from wanderer where wanderer.lead = stay.lead)
),
wandering as (
  select stay.*
  from stay
  join wanderer using (lead)
),
first_entry as (
  select distinct on (lead, status) *
  from wandering
  where status_rank(status) < 5
  order by lead, status, n
),
resolved as (
  select distinct on (first_entry.lead, first_entry.status)
    first_entry.property_id,
    first_entry.status,
    first_entry.entered_at,
    later.entered_at as left_at,
    case when later.status = 'lost' then 2 when later.status is not null then 1 else 0 end as fate
  from first_entry
  left join wandering as later
    on later.lead = first_entry.lead
      and later.n > first_entry.n
      and (later.status = 'lost' or status_rank(later.status) > status_rank(first_entry.status))
  order by first_entry.lead, first_entry.status, later.n
),
either as (
  select *
  from straight
  union all
  select *
  from resolved
)
select
  coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
  status,
  entered_at,
  coalesce(left_at, bounds.as_of) as until,
  fate
from either
cross join bounds
