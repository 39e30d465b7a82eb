-- Grain: one claimed key whose request came to nothing: it may be tried again.
delete from idempotency where intent_id = $1::uuid and status is null
