-- Grain: one row of the log, by its id. is_base: the lead's base is this row; seen_version: the version that ResMan last
-- showed of the lead.
select g.id, g.seq, g.conversation_id, g.resman_lead_id, g.property_id, g.old_status, g.new_status,
  g.status_reason, g.updated_by, g.sync_status, g.resman_version, g.notify, g.run_id,
  g.context_data ->> 'evidence' as evidence,
  to_char(g.synced_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as synced_at,
  g.seq = l.base_seq as is_base, l.resman_version as seen_version
from status_sync_log g
left join lead l on l.resman_lead_id = g.resman_lead_id
where g.id = $1::uuid
