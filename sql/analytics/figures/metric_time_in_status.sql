-- One row is one scope and non-terminal status. $1: the survival figures of the stays begun in the window as
-- a JSON array of objects, durations in seconds. n_in_status: all leads in the status at as_of.
insert into metric_time_in_status (
  as_of, window_start, window_end, scope, property_id, property_name, status, n_closed, n_open,
  mean_seconds, km_median_seconds, km_lo95_seconds, km_hi95_seconds, p25_seconds, p75_seconds,
  p90_seconds, rmst_90d_seconds, oldest_open_seconds, n_in_status)
with figure as (
  select *
  from jsonb_to_recordset($1::jsonb) as figure (
    scope text, key uuid, status text, closed bigint, open bigint, mean double precision,
    median double precision, lo double precision, hi double precision, p25 double precision,
    p75 double precision, p90 double precision, rmst double precision)
),
step as (
  select status
  from unnest(array['new', 'contacted', 'qualified', 'tour_scheduled', 'application']) as status
  union
  select status
  from figure
),
held as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    key as status,
    sum(n) as n
  from rollup
  where kind = 'held'
  group by grouping sets ((property_id, key), (key))
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  status,
  coalesce(closed, 0),
  coalesce(open, 0),
  mean,
  median,
  lo,
  hi,
  p25,
  p75,
  p90,
  rmst,
  extract(epoch from as_of - measure_oldest.entered_at)::double precision,
  coalesce(held.n, 0)
from measure_scope
cross join step
left join figure using (scope, key, status)
left join held using (scope, key, status)
left join measure_oldest using (scope, key, status)
