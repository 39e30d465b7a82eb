-- Grain: one accepted webhook, with its outcome.
update webhook_delivery set outcome = $2, property_id = coalesce($3::uuid, property_id)
where webhook_id = $1
