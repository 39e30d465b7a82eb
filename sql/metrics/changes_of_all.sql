-- One row is one success row of the log up to the measured instant and seq (the settings measure.*),
-- lead by lead, in the order of the change stream.
select
  coalesce(log.resman_lead_id, log.conversation_id::text) collate "C" as lead,
  coalesce(
    log.property_id,
    (select conversation.property_id from conversation where conversation.id = log.conversation_id)
  ) as property_id,
  coalesce(log.occurred_at, log.created_at) as at,
  log.seq,
  log.old_status,
  log.new_status,
  log.updated_by,
  log.sync_direction,
  log.bridged,
  log.irregular
from status_sync_log as log
where log.sync_status = 'success'
  and log.new_status is not null
  and coalesce(log.resman_lead_id, log.conversation_id::text) is not null
  and isfinite(coalesce(log.occurred_at, log.created_at))
  and coalesce(log.occurred_at, log.created_at)
    <= (select current_setting('measure.as_of')::timestamptz)
  and log.seq <= (select current_setting('measure.fence')::bigint)
order by lead, at, log.seq
