-- Grain: one claimed key, locked until the transaction ends.
select request_digest, intent_id, status, body,
  extract(epoch from now() - claimed_at)::float8 as age_seconds
from idempotency
where api_key_id = $1::uuid and key = $2
for update
