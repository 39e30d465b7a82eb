-- Grain: the one key that may be used now.
select id, name, updated_by, properties from api_key where key_hash = $1 and revoked_at is null
