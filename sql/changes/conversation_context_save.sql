-- Grain: one conversation: what its chat should know about the lead's status; no words where the lead was erased,
-- whether this conversation was known then or began afterwards.
insert into conversation_context as c (
  conversation_id, property_id, current_status, status_reason, last_status_update,
  status_updated_by)
values (
  $1::uuid, $2::uuid, $3,
  case
    when exists (
      select from erasure e
      where $1::uuid = any(e.conversation_ids)
        or e.resman_lead_id in (
          select chat.resman_lead_id from conversation chat where chat.id = $1::uuid
          union all
          select l.resman_lead_id from lead l where l.conversation_id = $1::uuid))
    then erased_reason($4) else $4
  end,
  now(), $5)
on conflict (conversation_id) do update set
  property_id = coalesce(excluded.property_id, c.property_id),
  current_status = excluded.current_status,
  status_reason = excluded.status_reason,
  last_status_update = excluded.last_status_update,
  status_updated_by = excluded.status_updated_by
