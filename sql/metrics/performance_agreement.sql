-- One row is one scope and figure of agreement: of the leads both sides were seen to have, the share
-- that agreed before the run $1 repaired anything, and after. Null without a run.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
with run as (
  select $1::uuid as run_id
),
seen as (
  select lead.property_id, count(*) as leads
  from lead
  where lead.domiq_raw is not null and lead.resman_raw is not null
  group by lead.property_id
),
apart as (
  select
    drift.property_id,
    count(*) as before,
    count(*) filter (where drift.outcome is distinct from 'verified') as after
  from drift
  join run using (run_id)
  where drift.domiq_raw is not null
    and drift.resman_raw is not null
    and (drift.domiq <> drift.resman or drift.domiq is null or drift.resman is null)
  group by drift.property_id
),
cell as (
  select property_id, leads, 0 as before, 0 as after
  from seen
  union all
  select property_id, 0, before, after
  from apart
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    sum(leads)::bigint as leads,
    sum(before)::bigint as before,
    sum(after)::bigint as after
  from cell
  cross join run
  where run.run_id is not null
  group by grouping sets ((property_id), ())
),
figure as (
  select
    measure_scope.*,
    figure.metric,
    figure.agreed,
    counted.leads
  from measure_scope
  left join counted using (scope, key)
  cross join lateral (values
    ('agreement_before', case when leads is not null then greatest(leads - before, 0) end),
    ('agreement_after', case when leads is not null then greatest(leads - after, 0) end)
  ) as figure (metric, agreed)
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  metric,
  agreed,
  leads,
  agreed::double precision / nullif(leads, 0),
  wilson_low(agreed, leads),
  wilson_high(agreed, leads),
  'rate',
  case when run.run_id is null
    then 'not known: measured from the log alone, without a run'
    else 'of the leads seen on both sides, those whose statuses agree'
  end
from figure
cross join run
