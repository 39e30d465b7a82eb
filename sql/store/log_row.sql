-- Grain: one row of the log, by its id.
select id, seq, conversation_id, resman_lead_id, property_id, old_status, new_status,
  status_reason, updated_by, sync_status, resman_version, notify, run_id,
  context_data ->> 'evidence' as evidence,
  to_char(synced_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as synced_at
from status_sync_log
where id = $1::uuid
