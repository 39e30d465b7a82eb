-- Grain: one row: what waits by day.
select
  (select count(*) from status_sync_log where sync_status = 'pending')::int as pending_changes,
  (select count(*) from webhook_delivery where outcome = 'waiting')::int as waiting_webhooks
