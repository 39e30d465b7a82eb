-- One row is one count of log rows of either window: property, local day, direction, author, state.
-- Rows that succeeded come from the day cells, those of a window's first and last day, which it may
-- cut, from the log; the others, which are few, all from the log.
-- aged: at least 72 hours old at as_of, so that its accuracy can be judged.
insert into measure_sync (
  is_current, property_id, day, direction, updated_by, sync_status, bridged, first_attempt, aged, n)
with bounds as (
  select
    is_current,
    as_of,
    window_start,
    window_end,
    least(window_end, as_of) as until,
    current_setting('measure.fence')::bigint as fence
  from compare_period
),
-- One row is one property and window: its first and last local day.
span as (
  select
    bounds.is_current,
    measure_scope.key,
    measure_scope.timezone,
    (bounds.window_start at time zone measure_scope.timezone)::date as first_day,
    ((bounds.until - interval '1 microsecond') at time zone measure_scope.timezone)::date as last_day
  from measure_scope
  cross join bounds
  where measure_scope.scope = 'property'
),
chosen as (
  select log.*, coalesce(log.occurred_at, log.created_at) as at, bounds.as_of, bounds.is_current
  from bounds
  join status_sync_log as log
    on coalesce(log.occurred_at, log.created_at) >= bounds.window_start
    and coalesce(log.occurred_at, log.created_at) < bounds.window_end
    and coalesce(log.occurred_at, log.created_at) <= bounds.as_of
    and log.seq <= bounds.fence
  where log.sync_status <> 'success'
  union all
  select log.*, coalesce(log.occurred_at, log.created_at), bounds.as_of, bounds.is_current
  from bounds
  cross join lateral (values
    (bounds.window_start, least(bounds.window_start + interval '2 days', bounds.until)),
    (greatest(bounds.window_start + interval '2 days', bounds.until - interval '2 days'), bounds.until)
  ) as edge (beginning, ending)
  join status_sync_log as log
    on coalesce(log.occurred_at, log.created_at) >= edge.beginning
    and coalesce(log.occurred_at, log.created_at) <= edge.ending
    and log.seq <= bounds.fence
  where log.sync_status = 'success'
    and coalesce(log.occurred_at, log.created_at) < bounds.window_end
    and (coalesce(log.occurred_at, log.created_at) < edge.ending or edge.ending = bounds.until)
),
placed as (
  select
    chosen.is_current,
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
    (placed.at at time zone span.timezone)::date as day,
    span.first_day,
    span.last_day
  from placed
  join span
    on span.is_current = placed.is_current
    and span.key = coalesce(placed.property_id, '00000000-0000-0000-0000-000000000000')
),
whole_day as (
  select
    coalesce(
      case when rollup.day > now.first_day and rollup.day < now.last_day then true end,
      case when rollup.day > before.first_day and rollup.day < before.last_day then false end)
      as is_current,
    rollup.property_id,
    rollup.day,
    rollup.key as direction,
    rollup.kind,
    rollup.n
  from rollup
  join span as now
    on now.is_current
    and now.key = coalesce(rollup.property_id, '00000000-0000-0000-0000-000000000000')
  join span as before on not before.is_current and before.key = now.key
  where rollup.kind in ('delivered', 'delivered_retried')
    and rollup.day > (select min(first_day) from span)
    and rollup.day < (select max(last_day) from span)
),
inside as (
  select
    is_current,
    property_id,
    day,
    direction,
    sum(n) filter (where kind = 'delivered') as delivered,
    coalesce(sum(n) filter (where kind = 'delivered_retried'), 0) as retried
  from whole_day
  where is_current is not null
  group by is_current, property_id, day, direction
)
select
  is_current, property_id, day, direction, updated_by, sync_status, bridged, first_attempt, aged,
  count(*)
from dated
where sync_status <> 'success' or day in (first_day, last_day)
group by 1, 2, 3, 4, 5, 6, 7, 8, 9
union all
select
  is_current, property_id, day, nullif(direction, 'unknown'), null, 'success', false,
  part.first_attempt, false, part.n
from inside
cross join lateral (values
  (true, delivered - retried),
  (false, retried)
) as part (first_attempt, n)
where part.n > 0
