-- Grain: one key whose first request ended without a result.
update idempotency set intent_id = $3::uuid, claimed_at = now()
where api_key_id = $1::uuid and key = $2 and status is null
