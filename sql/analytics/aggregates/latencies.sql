-- One row is one successful log row of the window that has both times and is not bridged. How long a row took that was
-- synced before it occurred, by two clocks, is not known.
select
  coalesce(
    log.property_id,
    (select conversation.property_id from conversation where conversation.id = log.conversation_id)
  ) as property_id,
  log.occurred_at,
  log.synced_at
from status_sync_log as log
where log.sync_status = 'success'
  and not log.bridged
  and log.synced_at >= log.occurred_at
  and coalesce(log.occurred_at, log.created_at)
    >= (select current_setting('measure.window_start')::timestamptz)
  and coalesce(log.occurred_at, log.created_at)
    < (select current_setting('measure.window_end')::timestamptz)
  and coalesce(log.occurred_at, log.created_at)
    <= (select current_setting('measure.as_of')::timestamptz)
