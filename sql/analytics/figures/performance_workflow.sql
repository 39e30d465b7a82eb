-- One row is one scope and figure of the workflows, over the changes of the window. Matched: a rule that was
-- active at the time has the change as its trigger; it counts by when the change occurred and at the lead's
-- property, as all changes do. All are at least those that matched, which may be no changes (repeats, bridged
-- steps). Where no rule matched, the value is null and the note gives the reason.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
with period as (
  select as_of, window_start, window_end
  from compare_period
  where is_current
),
execution as (
  select
    stays.property_id,
    execution.log_id,
    case when execution.finished_at <= period.as_of then execution.state else 'pending' end as state,
    execution.action_type
  from workflow_execution as execution
  join status_sync_log as log on log.id = execution.log_id
  join stays on stays.lead = coalesce(log.resman_lead_id, log.conversation_id::text)
  cross join period
  where coalesce(log.occurred_at, log.created_at) >= period.window_start
    and coalesce(log.occurred_at, log.created_at) < period.window_end
    and coalesce(log.occurred_at, log.created_at) <= period.as_of
),
change as (
  select
    property_id,
    log_id,
    bool_or(state = 'done') as executed,
    count(*) filter (where state = 'done') as done,
    count(*) filter (where state in ('done', 'failed') and action_type is not null) as ended
  from execution
  group by property_id, log_id
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    count(*) as matched,
    count(*) filter (where executed) as executed,
    sum(done)::bigint as done,
    sum(ended)::bigint as ended
  from change
  group by grouping sets ((property_id), ())
),
entries as (
  select
    scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    sum(value)::bigint as entries
  from metric_performance
  join period using (as_of)
  where metric in ('total_status_changes', 'creations')
  group by 1, 2
),
figure as (
  select
    measure_scope.*,
    figure.metric,
    coalesce(figure.numerator, 0) as numerator,
    coalesce(figure.denominator, 0) as denominator,
    figure.note
  from measure_scope
  left join counted using (scope, key)
  left join entries using (scope, key)
  cross join lateral (values
    ('workflow_trigger_rate', executed, matched,
      'changes with at least one executed action, of those that matched an active rule'),
    ('workflow_matched_share', matched, case when matched > 0 then greatest(entries, matched) end,
      'changes that matched an active rule, of all changes and creations'),
    ('workflow_action_success', done, ended, 'actions executed, of those executed or given up')
  ) as figure (metric, numerator, denominator, note)
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  metric,
  numerator,
  denominator,
  numerator::double precision / nullif(denominator, 0),
  wilson_low(numerator, denominator),
  wilson_high(numerator, denominator),
  'rate',
  case when denominator > 0 then note
    else 'not known: no change of the window matched an active workflow rule'
  end
from figure
