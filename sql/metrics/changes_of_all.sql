-- One row is one settled row of the log up to the measured seq (the settings measure.*), lead by lead, in
-- the order of the change stream; is_change: it belongs to that stream. The columns after it are those
-- of rows_settled.
select
  coalesce(log.resman_lead_id, log.conversation_id::text) collate "C" as lead,
  coalesce(
    log.property_id,
    (select conversation.property_id from conversation where conversation.id = log.conversation_id)
  ) as property_id,
  case when isfinite(coalesce(log.occurred_at, log.created_at))
    then coalesce(log.occurred_at, log.created_at) end as at,
  log.seq,
  log.old_status,
  log.new_status,
  log.updated_by,
  log.sync_direction,
  log.bridged,
  log.irregular,
  log.sync_status = 'success'
    and coalesce(log.occurred_at, log.created_at)
      <= (select current_setting('measure.as_of')::timestamptz) as is_change,
  case when log.sync_status = 'success' then coalesce(log.sync_direction, 'unknown') end as delivered,
  log.attempts <= 1 as at_first,
  log.occurred_at is null as without_time,
  coalesce(log.synced_at < log.occurred_at, false) as synced_before
from status_sync_log as log
where log.sync_status is distinct from 'pending'
  and log.seq <= (select current_setting('measure.fence')::bigint)
order by lead, at, log.seq
