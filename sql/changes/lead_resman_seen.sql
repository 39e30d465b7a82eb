-- Grain: one lead, as ResMan showed it to the live service or acknowledged it ($6); without a version in the
-- call the stored version stays.
update lead
set resman_agreed = case
    when resman = base and not resman_acknowledged then base else resman_agreed end,
  resman_raw = $2::text, resman = $2::text, resman_version = coalesce($3, resman_version),
  resman_acknowledged = $6::boolean,
  property_id = coalesce(property_id, $4::uuid),
  conversation_id = coalesce(conversation_id, $5::uuid)
where resman_lead_id = $1
