-- Grain: one row: the outbox and the workflow actions of the last 30 days.
select
  count(*) filter (where state in ('accepted', 'delivered'))::bigint as delivered,
  count(*) filter (
    where state in ('accepted', 'delivered', 'dead')
      or (state = 'pending' and created_at < now() - interval '24 hours'))::bigint as ended,
  count(*) filter (where state = 'dead')::bigint as dead,
  count(*) filter (where state = 'pending')::bigint as pending,
  (select count(*) from workflow_execution
   where state = 'failed' and created_at > now() - interval '30 days')::bigint as failed_actions
from notification
where created_at > now() - interval '30 days'
