-- Grain: one key of one caller, if no request claimed it before.
insert into idempotency (api_key_id, key, request_digest, intent_id)
values ($1::uuid, $2, $3, $4::uuid)
on conflict do nothing
