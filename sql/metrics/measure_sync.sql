-- One row is one count of log rows of the window: property, local day, direction, author, state.
-- aged: at least 72 hours old at as_of, so that its accuracy can be judged.
insert into measure_sync (
  property_id, day, direction, updated_by, sync_status, bridged, first_attempt, aged, n)
with bounds as (
  select as_of, window_start, window_end
  from measure_scope
  where scope = 'portfolio'
),
rows as (
  select
    coalesce(
      log.property_id,
      (select conversation.property_id from conversation where conversation.id = log.conversation_id)
    ) as property_id,
    coalesce(log.occurred_at, log.created_at) as at,
    log.sync_direction as direction,
    log.updated_by,
    log.sync_status,
    log.bridged,
    log.attempts <= 1 as first_attempt,
    coalesce(log.occurred_at, log.created_at) <= bounds.as_of - interval '72 hours' as aged
  from status_sync_log as log
  cross join bounds
  where coalesce(log.occurred_at, log.created_at) >= bounds.window_start
    and coalesce(log.occurred_at, log.created_at) < bounds.window_end
    and coalesce(log.occurred_at, log.created_at) <= bounds.as_of
)
select
  rows.property_id,
  (rows.at at time zone coalesce(measure_scope.timezone, 'UTC'))::date,
  rows.direction,
  rows.updated_by,
  rows.sync_status,
  rows.bridged,
  rows.first_attempt,
  rows.aged,
  count(*)
from rows
left join measure_scope
  on measure_scope.scope = 'property' and measure_scope.property_id = rows.property_id
group by 1, 2, 3, 4, 5, 6, 7, 8
