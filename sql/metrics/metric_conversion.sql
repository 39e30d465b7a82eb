-- One row is one scope and status: of the leads created in the window that entered the status, how
-- many later reached any higher rank. advanced_7d, _30d and _90d are filled from the durations.
insert into metric_conversion (
  as_of, window_start, window_end, scope, property_id, property_name, status,
  entered, advanced, lost, open, rate, lo95, hi95)
with bounds as (
  select window_start, window_end
  from measure_scope
  where scope = 'portfolio'
),
step as (
  select status
  from unnest(array['new', 'contacted', 'qualified', 'tour_scheduled', 'application']) as status
),
entry as (
  select
    visit.property_id,
    visit.status,
    bool_or(coalesce(visit.highest_later > status_rank(visit.status), false)) as advanced,
    bool_or(visit.final_status = 'lost') as lost
  from visit
  cross join bounds
  where visit.created_at >= bounds.window_start
    and visit.created_at < bounds.window_end
  group by visit.lead, visit.property_id, visit.status
),
cell as (
  select
    property_id,
    status,
    count(*) as entered,
    count(*) filter (where advanced) as advanced,
    count(*) filter (where lost and not advanced) as lost
  from entry
  group by property_id, status
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    status,
    sum(entered) as entered,
    sum(advanced) as advanced,
    sum(lost) as lost
  from cell
  group by grouping sets ((property_id, status), (status))
),
filled as (
  select
    measure_scope.*,
    status,
    coalesce(counted.entered, 0)::bigint as entered,
    coalesce(counted.advanced, 0)::bigint as advanced,
    coalesce(counted.lost, 0)::bigint as lost
  from measure_scope
  cross join step
  left join counted using (scope, key, status)
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  status,
  entered,
  advanced,
  lost,
  entered - advanced - lost,
  advanced::double precision / nullif(entered, 0),
  wilson_low(advanced, entered),
  wilson_high(advanced, entered)
from filled
