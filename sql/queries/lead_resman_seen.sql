-- Grain: one lead, as ResMan showed it by day.
update lead
set resman_raw = $2::text, resman = $2::text, resman_version = coalesce($3, resman_version),
  property_id = coalesce(property_id, $4::uuid),
  conversation_id = coalesce(conversation_id, $5::uuid)
where resman_lead_id = $1
