-- One row is one scope and channel: how the notifications written in the window ended. The unit is one
-- notification to one recipient, after retries. A channel without notifications has a row with 0 and no rate.
insert into metric_delivery (
  as_of, window_start, window_end, scope, property_id, property_name, kind, channel_or_direction,
  delivered, failed, bounced, expired, pending, suppressed, rate, lo95, hi95, first_attempt_rate)
with channel as (
  select channel
  from unnest(array['email', 'sms', 'slack', 'in_app']) as channel
  union
  select channel
  from compare_notification
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    channel,
    count(*) filter (where fate = 'delivered') as delivered,
    count(*) filter (where fate = 'failed') as failed,
    count(*) filter (where fate = 'bounced') as bounced,
    count(*) filter (where fate = 'expired') as expired,
    count(*) filter (where fate = 'pending') as pending,
    count(*) filter (where fate = 'suppressed') as suppressed,
    count(*) filter (where fate in ('delivered', 'failed', 'bounced', 'expired')) as settled,
    count(*) filter (where fate = 'delivered' and first_attempt) as at_first
  from compare_notification
  where is_current
  group by grouping sets ((property_id, channel), (channel))
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  'notification',
  channel,
  coalesce(delivered, 0),
  coalesce(failed, 0),
  coalesce(bounced, 0),
  coalesce(expired, 0),
  coalesce(pending, 0),
  coalesce(suppressed, 0),
  delivered::double precision / nullif(settled, 0),
  wilson_low(delivered, settled),
  wilson_high(delivered, settled),
  at_first::double precision / nullif(settled, 0)
from measure_scope
cross join channel
left join counted using (scope, key, channel)
