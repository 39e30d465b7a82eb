-- One row is one figure of a closed day that is not what the report before this one had, and why: a
-- repair of a night or a row that came late, for the day itself or, where the figure adds up over
-- days, for one before it; else a row that settled since.
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
explained as (
  select
    restated.scope,
    restated.key,
    restated.metric,
    restated.day,
    restated.status,
    bool_or(late.repair) as repair,
    bool_or(late.late_row) as late_row,
    bool_or(late.settled) as settled
  from restated_days as restated
  left join late
    on (restated.scope = 'portfolio' or late.key = restated.key)
      and (late.day = restated.day
        or restated.metric = 'status_distribution' and late.day <= restated.day)
  group by restated.scope, restated.key, restated.metric, restated.day, restated.status
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
    when explained.repair and explained.late_row then 'repair and late row'
    when explained.repair then 'repair'
    when explained.late_row then 'late row'
    when explained.settled then 'settled since'
    else 'the lead or its property changed'
  end
from restated_days as restated
join explained
  on explained.scope = restated.scope and explained.key = restated.key
    and explained.metric = restated.metric and explained.day = restated.day
    and explained.status is not distinct from restated.status
join measure_scope on measure_scope.scope = restated.scope and measure_scope.key = restated.key
