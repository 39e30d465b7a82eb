-- Grain: one row per side of one lead: the newest effective change in the log that came from that side.
select distinct on (side) side, to_jsonb(l) - 'side' as change
from (
  select case when sync_direction = 'to_resman' then 'domiq' else 'resman' end as side,
    id, seq, old_status, new_status, status_reason, updated_by, sync_direction, sync_status,
    bridged, irregular, failure, attempts, run_id, resman_version, domiq_version,
    occurred_at, synced_at, created_at
  from status_sync_log
  where resman_lead_id = $1 and sync_status = 'success' and not bridged and updated_by <> 'system'
) l
order by side, seq desc
