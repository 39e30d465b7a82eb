-- Grain: one new key; none where the name is in use.
insert into api_key (id, name, key_hash, hint, updated_by, properties)
values ($1::uuid, $2, $3, $4, $5, $6::uuid[])
on conflict do nothing
