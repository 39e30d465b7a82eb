-- Grain: one row per status change of one lead, newest first.
select to_jsonb(h) as change
from (
  select id, seq, old_status, new_status, status_reason, updated_by, sync_direction, sync_status,
    bridged, irregular, failure, attempts, run_id, resman_version, domiq_version, context_data,
    occurred_at, synced_at, created_at
  from status_sync_log
  where resman_lead_id = $1
  order by seq desc
  limit $2
) h
