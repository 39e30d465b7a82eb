-- One row is one scope and figure of agreement: of the leads that run $1 saw on both sides and could compare,
-- the share that agreed before its repairs, and after them, as in its run.json. Null without a run, and where
-- the run saw no such lead.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
with run as (
  select $1::uuid as run_id
),
pulled as (
  select run_property.property_id, run_property.in_sync
  from run
  join sync_run on sync_run.id = run.run_id and sync_run.mode = 'run'
  join run_property on run_property.run_id = run.run_id
),
judged as (
  select
    drift.property_id,
    count(*) as leads,
    count(*) filter (where drift.verdict in ('baseline', 'unlogged')) as before,
    count(*) filter (where drift.outcome = 'verified') as repaired
  from drift
  join run using (run_id)
  where drift.verdict not in ('in_sync', 'resman_only', 'missing_in_resman', 'unread', 'unsettled')
    and exists (select from pulled)
  group by drift.property_id
),
cell as (
  select property_id, in_sync as leads, in_sync as before, in_sync as after
  from pulled
  union all
  select property_id, leads, before, before + repaired
  from judged
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    nullif(sum(leads), 0)::bigint as leads,
    sum(before)::bigint as before,
    sum(after)::bigint as after
  from cell
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
    ('agreement_before', case when counted.leads is not null then counted.before end),
    ('agreement_after', case when counted.leads is not null then counted.after end)
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
  agreed::double precision / leads,
  wilson_low(agreed, leads),
  wilson_high(agreed, leads),
  'rate',
  case
    when run.run_id is null then 'not known: measured from the log alone, without a run'
    when leads is null then 'not known: the run saw no lead on both sides'
    else 'of the leads that the run saw on both sides, those whose statuses agree'
  end
from figure
cross join run
