-- Grain: one row: what is waiting in the live service.
select
  (select count(*) from status_sync_log where sync_status = 'pending')::int as pending_changes,
  (select count(*) from webhook_delivery where outcome = 'waiting')::int as waiting_webhooks,
  (select count(*) from notification where state = 'pending')::int as waiting_messages,
  (select count(*) from workflow_execution where state = 'pending')::int as waiting_actions
