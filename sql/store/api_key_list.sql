-- Grain: one key, newest first.
select to_jsonb(k) as key
from (
  select id, name, hint, updated_by, properties, created_at, revoked_at
  from api_key
  order by created_at desc, id
) k
