-- Grain: one row: what the live service is working on now.
select
  (select count(*) from notification where state = 'pending')::bigint as pending,
  (select extract(epoch from now() - min(created_at))::float8 from notification
   where state = 'pending') as oldest_pending_seconds,
  (select count(*) from notification
   where state = 'dead' and finished_at > now() - interval '30 days')::bigint as dead,
  (select count(*) from notification
   where channel = 'in_app' and state = 'delivered' and read_at is null)::bigint as unread,
  (select count(*) from workflow_execution where state = 'pending')::bigint as actions_pending,
  (select count(*) from workflow_execution
   where state = 'failed' and created_at > now() - interval '30 days')::bigint as actions_failed,
  (select count(*) from lead_task where state = 'open')::bigint as open_tasks,
  (select count(*) from follow_up where state = 'scheduled')::bigint as follow_ups
