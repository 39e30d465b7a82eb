-- One row is one figure of a closed day that differs from the report before this one, with the reason: a
-- repair of a night or a row that came late, for that day or, where the figure is cumulative, for an earlier
-- day; otherwise a row that was settled since. Rows of the run that made the report before were in it, but for
-- those that it left pending. Rows that failed explain how many failed, and nothing else; when they ended is not
-- known of them.
insert into metric_restatements (
  as_of, window_start, window_end, scope, property_id, property_name, metric, day, timezone, status,
  published_as_of, old_value, new_value, reason)
with published as (
  select measurement.as_of, measurement.run_id, sync_run.finished_at
  from measurement
  left join sync_run on sync_run.id = measurement.run_id
  where measurement.as_of = (select max(published_as_of) from restated_days)
),
late as (
  select
    coalesce(
      log.property_id,
      (select conversation.property_id from conversation where conversation.id = log.conversation_id),
      '00000000-0000-0000-0000-000000000000') as key,
    (coalesce(log.occurred_at, log.created_at) at time zone coalesce(measure_scope.timezone, 'UTC'))::date
      as day,
    log.sync_status = 'failed' as failed,
    bool_or(
      log.created_at > published.as_of and log.run_id is not null
        and log.run_id is distinct from published.run_id) as repair,
    bool_or(log.created_at > published.as_of and log.run_id is null) as late_row,
    bool_or(
      case
        when log.run_id = published.run_id
          then log.sync_status = 'failed' or log.synced_at > published.finished_at
        else log.created_at <= published.as_of
      end) as settled
  from status_sync_log as log
  join published
    on log.created_at > published.as_of or log.synced_at > published.as_of or log.sync_status = 'failed'
  left join measure_scope
    on measure_scope.scope = 'property' and measure_scope.property_id = log.property_id
  where coalesce(log.occurred_at, log.created_at) < published.as_of
    and log.sync_status in ('success', 'failed')
  group by 1, 2, 3
),
of_scope as (
  select 'property' as scope, key, day, failed, repair, late_row, settled
  from late
  union all
  select
    'portfolio',
    '00000000-0000-0000-0000-000000000000',
    day,
    failed,
    bool_or(repair),
    bool_or(late_row),
    bool_or(settled)
  from late
  group by day, failed
),
-- One row is one scope: the first day to which each reason applies.
since as (
  select
    scope,
    key,
    min(day) filter (where repair) as repair,
    min(day) filter (where late_row) as late_row,
    min(day) filter (where settled) as settled
  from of_scope
  where not failed
  group by scope, key
),
explained as (
  select restated.*, of_scope.repair, of_scope.late_row, of_scope.settled
  from restated_days as restated
  left join of_scope
    on of_scope.scope = restated.scope
      and of_scope.key = restated.key
      and of_scope.day = restated.day
      and of_scope.failed = (restated.metric = 'failed')
  where restated.metric <> 'status_distribution'
  union all
  select
    restated.*,
    since.repair <= restated.day,
    since.late_row <= restated.day,
    since.settled <= restated.day
  from restated_days as restated
  left join since using (scope, key)
  where restated.metric = 'status_distribution'
)
select
  measure_scope.as_of,
  measure_scope.window_start,
  measure_scope.window_end,
  restated.scope,
  measure_scope.property_id,
  measure_scope.property_name,
  restated.metric,
  restated.day,
  restated.timezone,
  restated.status,
  restated.published_as_of,
  restated.old_value,
  restated.new_value,
  case
    when restated.repair and restated.late_row then 'repair and late row'
    when restated.repair then 'repair'
    when restated.late_row then 'late row'
    when restated.settled then 'settled since'
    else 'the lead or its property changed'
  end
from explained as restated
join measure_scope on measure_scope.scope = restated.scope and measure_scope.key = restated.key
