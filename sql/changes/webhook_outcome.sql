-- Grain: one accepted webhook, with its outcome; without its words where the lead was erased.
update webhook_delivery w
set outcome = $2, property_id = coalesce($3::uuid, w.property_id),
  payload = case when exists (select from erasure e where e.resman_lead_id = w.resman_lead_id)
    then '{}' else w.payload end
where w.webhook_id = $1
