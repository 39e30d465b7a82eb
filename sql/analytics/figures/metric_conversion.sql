-- One row is one scope and status: of the leads created in the window that entered the status, how many later
-- reached a higher rank, and the probability of that within 7, 30 and 90 days. $1: these probabilities as a
-- JSON array of objects.
insert into metric_conversion (
  as_of, window_start, window_end, scope, property_id, property_name, status,
  entered, advanced, lost, open, rate, lo95, hi95, advanced_7d, advanced_30d, advanced_90d)
with step as (
  select status
  from unnest(array['new', 'contacted', 'qualified', 'tour_scheduled', 'application']) as status
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    status,
    sum(entered) as entered,
    sum(advanced) as advanced,
    sum(lost) as lost
  from measure_conversion
  group by grouping sets ((property_id, status), (status))
),
filled as (
  select
    measure_scope.*,
    status,
    coalesce(counted.entered, 0)::bigint as entered,
    coalesce(counted.advanced, 0)::bigint as advanced,
    coalesce(counted.lost, 0)::bigint as lost,
    within_7d,
    within_30d,
    within_90d
  from measure_scope
  cross join step
  left join counted using (scope, key, status)
  left join jsonb_to_recordset($1::jsonb) as within (
    scope text, key uuid, status text, within_7d double precision, within_30d double precision,
    within_90d double precision)
    using (scope, key, status)
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
  wilson_high(advanced, entered),
  within_7d,
  within_30d,
  within_90d
from filled
