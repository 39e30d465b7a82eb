-- Grain: one row: the outbox of the last 30 days, without reports, as in the figures of delivery.
select
  count(*) filter (where state in ('accepted', 'delivered'))::bigint as delivered,
  count(*) filter (
    where state in ('accepted', 'delivered', 'dead')
      or (state = 'pending' and created_at < now() - interval '24 hours'))::bigint as ended
from notification
where created_at > now() - interval '30 days'
  and origin <> 'report'
