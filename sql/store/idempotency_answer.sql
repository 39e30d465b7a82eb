-- Grain: one claimed key, with the answer that is returned from now on.
update idempotency set status = $2::int, body = $3
where intent_id = $1::uuid and status is null
