-- One row is one scope and non-terminal status: the total time that leads created in the window spent in the
-- status, over the leads that entered it. All stays of a lead are added up; an open stay counts until as_of.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, unit, note)
with step as (
  select status
  from unnest(array['new', 'contacted', 'qualified', 'tour_scheduled', 'application']) as status
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    status,
    sum(microseconds) / 1000000 as seconds,
    sum(entered)::bigint as leads
  from measure_conversion
  group by grouping sets ((property_id, status), (status))
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  'lead_total_seconds_' || status,
  coalesce(seconds, 0)::double precision,
  coalesce(leads, 0),
  (seconds / nullif(leads, 0))::double precision,
  'seconds',
  'mean over the leads created in the window that entered ' || status
    || ' of all their time in it, so far'
from measure_scope
cross join step
left join counted using (scope, key, status)
