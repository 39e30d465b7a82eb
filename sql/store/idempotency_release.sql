-- Grain: one claimed key whose request ended without a result: it may be tried again.
delete from idempotency where intent_id = $1::uuid and status is null
