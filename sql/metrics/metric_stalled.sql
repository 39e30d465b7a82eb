-- One row is one lead that has been in its status for longer than the p90 of that status at its
-- property, or of the portfolio where the property's p90 is not reached.
insert into metric_stalled (
  as_of, window_start, window_end, scope, property_id, property_name, resman_lead_id, status,
  entered_at, open_seconds, p90_seconds)
with bounds as (
  select as_of
  from measure_scope
  where scope = 'portfolio'
),
quantile as (
  select
    coalesce(own.property_id, '00000000-0000-0000-0000-000000000000') as key,
    own.status,
    coalesce(own.p90_seconds, whole.p90_seconds) as p90_seconds
  from metric_time_in_status as own
  join bounds using (as_of)
  join metric_time_in_status as whole
    on whole.as_of = own.as_of and whole.scope = 'portfolio' and whole.status = own.status
  where own.scope = 'property'
),
waiting as (
  select
    visit.lead,
    coalesce(visit.property_id, '00000000-0000-0000-0000-000000000000') as key,
    visit.status,
    visit.entered_at,
    extract(epoch from bounds.as_of - visit.entered_at)::double precision as open_seconds
  from visit
  cross join bounds
  where visit.left_at is null
    and not visit.truncated
    and visit.status not in ('leased', 'lost')
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  lead,
  status,
  entered_at,
  open_seconds,
  p90_seconds
from waiting
join quantile using (key, status)
join measure_scope using (key)
where measure_scope.scope = 'property'
  and open_seconds > p90_seconds
