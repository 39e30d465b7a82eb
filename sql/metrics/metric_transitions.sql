-- One row is one scope, from and to: the changes made in the window, creations apart.
-- The stay before a change has no length where its start is not in the history.
insert into metric_transitions (
  as_of, window_start, window_end, scope, property_id, property_name, from_status, to_status,
  count, leads, share, lo95, hi95, legal, mean_seconds, median_seconds)
with bounds as (
  select window_start, window_end
  from measure_scope
  where scope = 'portfolio'
),
change as (
  select
    visit.property_id,
    visit.lead,
    visit.previous_status as from_status,
    visit.status as to_status,
    extract(epoch from visit.entered_at - visit.previous_entered_at) as seconds
  from visit
  cross join bounds
  where visit.entered_at >= bounds.window_start
    and visit.entered_at < bounds.window_end
    and visit.previous_status is not null
),
timed as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    from_status,
    to_status,
    count(*) as count,
    avg(seconds)::double precision as mean_seconds,
    percentile_cont(0.5) within group (order by seconds::double precision) as median_seconds
  from change
  group by grouping sets ((property_id, from_status, to_status), (from_status, to_status))
),
lead_change as (
  select property_id, from_status, to_status
  from change
  group by property_id, from_status, to_status, lead
),
leads as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    from_status,
    to_status,
    count(*) as leads
  from lead_change
  group by grouping sets ((property_id, from_status, to_status), (from_status, to_status))
),
shared as (
  select
    timed.*,
    leads.leads,
    sum(timed.count) over (partition by scope, key, from_status) as exits
  from timed
  join leads using (scope, key, from_status, to_status)
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  from_status,
  to_status,
  count,
  leads,
  count::double precision / exits::double precision,
  wilson_low(count, exits::double precision),
  wilson_high(count, exits::double precision),
  status_allows(from_status, to_status),
  mean_seconds,
  median_seconds
from shared
join measure_scope using (scope, key)
