-- Grain: the one valid key.
select id, name, updated_by, properties from api_key where key_hash = $1 and revoked_at is null
