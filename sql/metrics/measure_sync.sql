-- One row is one count of log rows of the window: property, local day, direction, author, state.
-- Rows that succeeded come from the day cells, those of the window's first and last day, which it may
-- cut, from the log; the others, which are few, all from the log.
-- aged: at least 72 hours old at as_of, so that its accuracy can be judged.
insert into measure_sync (
  property_id, day, direction, updated_by, sync_status, bridged, first_attempt, aged, n)
with bounds as (
  select
    as_of,
    window_start,
    window_end,
    current_setting('measure.fence')::bigint as fence
  from measure_scope
  where scope = 'portfolio'
),
chosen as (
  select log.*, coalesce(log.occurred_at, log.created_at) as at, bounds.as_of
  from bounds
  join status_sync_log as log
    on coalesce(log.occurred_at, log.created_at) >= bounds.window_start
    and coalesce(log.occurred_at, log.created_at) < bounds.window_end
    and coalesce(log.occurred_at, log.created_at) <= bounds.as_of
    and log.seq <= bounds.fence
  where log.sync_status <> 'success'
  union all
  select log.*, coalesce(log.occurred_at, log.created_at), bounds.as_of
  from bounds
  join status_sync_log as log
    on log.seq <= bounds.fence
    and (
      coalesce(log.occurred_at, log.created_at) >= bounds.window_start
        and coalesce(log.occurred_at, log.created_at) < bounds.window_start + interval '2 days'
      or coalesce(log.occurred_at, log.created_at)
          >= least(bounds.window_end, bounds.as_of) - interval '2 days'
        and coalesce(log.occurred_at, log.created_at) <= least(bounds.window_end, bounds.as_of))
  where log.sync_status = 'success'
    and coalesce(log.occurred_at, log.created_at) >= bounds.window_start
    and coalesce(log.occurred_at, log.created_at) < bounds.window_end
    and coalesce(log.occurred_at, log.created_at) <= bounds.as_of
),
placed as (
  select
    coalesce(
      chosen.property_id,
      (select conversation.property_id from conversation where conversation.id = chosen.conversation_id)
    ) as property_id,
    chosen.at,
    chosen.sync_direction as direction,
    chosen.updated_by,
    chosen.sync_status,
    chosen.bridged,
    chosen.attempts <= 1 as first_attempt,
    chosen.at <= chosen.as_of - interval '72 hours' as aged
  from chosen
),
dated as (
  select
    placed.*,
    (placed.at at time zone scope.timezone)::date as day,
    scope.first_day,
    scope.last_day
  from placed
  join measure_scope as scope
    on scope.scope = 'property'
    and scope.key = coalesce(placed.property_id, '00000000-0000-0000-0000-000000000000')
),
inside as (
  select
    rollup.property_id,
    rollup.day,
    rollup.key as direction,
    sum(rollup.n) filter (where rollup.kind = 'delivered') as delivered,
    coalesce(sum(rollup.n) filter (where rollup.kind = 'delivered_first'), 0) as at_first
  from rollup
  join measure_scope as scope
    on scope.scope = 'property'
    and scope.key = coalesce(rollup.property_id, '00000000-0000-0000-0000-000000000000')
  where rollup.kind in ('delivered', 'delivered_first')
    and rollup.day > (select min(first_day) from measure_scope)
    and rollup.day < (select max(last_day) from measure_scope)
    and rollup.day > scope.first_day
    and rollup.day < scope.last_day
  group by rollup.property_id, rollup.day, rollup.key
)
select
  property_id, day, direction, updated_by, sync_status, bridged, first_attempt, aged, count(*)
from dated
where sync_status <> 'success' or day in (first_day, last_day)
group by 1, 2, 3, 4, 5, 6, 7, 8
union all
select
  property_id, day, nullif(direction, 'unknown'), null, 'success', false, part.first_attempt, false,
  part.n
from inside
cross join lateral (values
  (true, at_first),
  (false, delivered - at_first)
) as part (first_attempt, n)
where part.n > 0
