-- One row is one figure of a closed day that differs from the report before this one, with the reason: a
-- repair of a night or a row that came late, for that day or, where the figure is cumulative, for an earlier
-- day; otherwise a row that was settled since.
insert into metric_restatements (
  as_of, window_start, window_end, scope, property_id, property_name, metric, day, timezone, status,
  published_as_of, old_value, new_value, reason)
with late as (
  select
    coalesce(
      log.property_id,
      (select conversation.property_id from conversation where conversation.id = log.conversation_id),
      '00000000-0000-0000-0000-000000000000') as key,
    (coalesce(log.occurred_at, log.created_at) at time zone coalesce(measure_scope.timezone, 'UTC'))::date
      as day,
    bool_or(log.created_at > published.as_of and log.run_id is not null) as repair,
    bool_or(log.created_at > published.as_of and log.run_id is null) as late_row,
    bool_or(log.created_at <= published.as_of) as settled
  from status_sync_log as log
  join (select distinct published_as_of as as_of from restated_days) as published
    on log.created_at > published.as_of or log.synced_at > published.as_of
  left join measure_scope
    on measure_scope.scope = 'property' and measure_scope.property_id = log.property_id
  where coalesce(log.occurred_at, log.created_at) < published.as_of
  group by 1, 2
),
of_scope as (
  select 'property' as scope, key, day, repair, late_row, settled
  from late
  union all
  select
    'portfolio',
    '00000000-0000-0000-0000-000000000000',
    day,
    bool_or(repair),
    bool_or(late_row),
    bool_or(settled)
  from late
  group by day
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
  group by scope, key
),
explained as (
  select restated.*, of_scope.repair, of_scope.late_row, of_scope.settled
  from restated_days as restated
  left join of_scope using (scope, key, day)
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
