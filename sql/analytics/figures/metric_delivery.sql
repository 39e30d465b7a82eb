-- One row is one scope and direction: how the log rows of the window ended, including bridged ones.
-- delivery_notification adds the rows of notifications.
insert into metric_delivery (
  as_of, window_start, window_end, scope, property_id, property_name, kind, channel_or_direction,
  delivered, failed, pending, rate, lo95, hi95, first_attempt_rate)
with direction as (
  select direction
  from unnest(array['to_resman', 'from_resman']) as direction
  union
  select direction
  from measure_sync
  where is_current
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    direction,
    sum(delivered) as delivered,
    sum(failed) as failed,
    sum(pending) as pending,
    sum(delivered - retried) as at_first
  from measure_sync
  where is_current
  group by grouping sets ((property_id, direction), (direction))
),
filled as (
  select
    measure_scope.*,
    direction,
    coalesce(counted.delivered, 0)::bigint as delivered,
    coalesce(counted.failed, 0)::bigint as failed,
    coalesce(counted.pending, 0)::bigint as pending,
    coalesce(counted.at_first, 0)::bigint as at_first
  from measure_scope
  cross join direction
  left join counted using (scope, key, direction)
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  'sync',
  direction,
  delivered,
  failed,
  pending,
  delivered::double precision / nullif(delivered + failed, 0),
  wilson_low(delivered, delivered + failed),
  wilson_high(delivered, delivered + failed),
  at_first::double precision / nullif(delivered + failed, 0)
from filled
