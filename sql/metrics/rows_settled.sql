-- One row is one settled row of the log that rollup has not counted: those of seq over the watermark and
-- up to the fence (the settings measure.*), those that were pending, and all of the properties to be
-- counted again. A row counts once, when it is settled. at: null where it is not finite.
with bounds as (
  select
    current_setting('measure.watermark')::bigint as watermark,
    current_setting('measure.fence')::bigint as fence
),
counted as (
  select log.*
  from status_sync_log as log
  where log.seq > (select watermark from bounds)
    and log.seq <= (select fence from bounds)
  union all
  select log.*
  from measure_due
  join status_sync_log as log using (seq)
  union all
  select log.*
  from status_sync_log as log
  left join conversation on conversation.id = log.conversation_id
  where (select count(*) from measure_recount) > 0
    and log.seq <= (select watermark from bounds)
    and log.seq not in (select seq from measured_waiting)
    and coalesce(log.property_id, conversation.property_id, '00000000-0000-0000-0000-000000000000')
      in (select key from measure_recount)
)
select
  coalesce(
    log.property_id,
    (select conversation.property_id from conversation where conversation.id = log.conversation_id)
  ) as property_id,
  case when isfinite(coalesce(log.occurred_at, log.created_at))
    then coalesce(log.occurred_at, log.created_at) end as at,
  case when log.sync_status = 'success' then coalesce(log.sync_direction, 'unknown') end as delivered,
  log.bridged,
  log.resman_lead_id is null and log.conversation_id is null as without_lead,
  log.attempts <= 1 as at_first,
  log.occurred_at is null as without_time,
  coalesce(log.synced_at < log.occurred_at, false) as synced_before
from counted as log
where log.sync_status is distinct from 'pending'
