-- One row is one success row of a lead of the batch, as in changes_of_all.
with batch as (
  select lead, conversation_id
  from measure_lead
  where i > (select current_setting('measure.batch_after')::bigint)
    and i <= (select current_setting('measure.batch_through')::bigint)
),
logged as (
  select batch.lead, log.*
  from batch
  join status_sync_log as log on log.resman_lead_id = batch.lead
  union all
  select batch.lead, log.*
  from batch
  join status_sync_log as log on log.conversation_id = batch.conversation_id
  where log.resman_lead_id is null
)
select
  logged.lead,
  coalesce(
    logged.property_id,
    (select conversation.property_id from conversation where conversation.id = logged.conversation_id)
  ) as property_id,
  coalesce(logged.occurred_at, logged.created_at) as at,
  logged.seq,
  logged.old_status,
  logged.new_status,
  logged.updated_by,
  logged.sync_direction,
  logged.bridged,
  logged.irregular
from logged
where logged.sync_status = 'success'
  and logged.new_status is not null
  and isfinite(coalesce(logged.occurred_at, logged.created_at))
  and coalesce(logged.occurred_at, logged.created_at)
    <= (select current_setting('measure.as_of')::timestamptz)
  and logged.seq <= (select current_setting('measure.fence')::bigint)
order by logged.lead collate "C", at, logged.seq
