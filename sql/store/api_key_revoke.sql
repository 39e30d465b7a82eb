-- Grain: one key that was still valid, by id or name.
update api_key set revoked_at = now()
where revoked_at is null and (id::text = lower($1::text) or name = $1::text)
