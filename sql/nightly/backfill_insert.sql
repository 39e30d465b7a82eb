-- Grain: one row per change in ResMan's history of a lead that run $1 takes over; $2: the changes as a JSON
-- array. StatusSync did not carry these changes, so they have no synced_at.
insert into status_sync_log (
  conversation_id, resman_lead_id, old_status, new_status, status_reason, updated_by,
  sync_direction, sync_status, context_data, property_id, run_id, occurred_at)
select c.id, h.lead, h.old, h.new,
  case when not exists (select from erasure e where e.resman_lead_id = h.lead) then h.reason end,
  h.updated_by, h.direction, 'success',
  '{"backfilled": true}', h.property_id, $1::uuid, h.at
from jsonb_to_recordset($2::jsonb) as h (
  lead text, property_id uuid, conversation_id uuid, n integer, old text, new text, reason text,
  updated_by text, direction text, at timestamptz)
left join conversation c on c.id = h.conversation_id
left join lead l on l.resman_lead_id = h.lead
-- The live service may have logged the lead meanwhile.
where l.base is null
  or exists (select from status_sync_log g where g.seq = l.base_seq and g.run_id = $1::uuid)
order by h.lead, h.n
