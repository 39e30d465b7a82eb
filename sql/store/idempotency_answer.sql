-- Grain: one claimed key, given the answer it will always have.
update idempotency set status = $2::int, body = $3
where intent_id = $1::uuid and status is null
