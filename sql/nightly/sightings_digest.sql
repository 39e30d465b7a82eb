-- Grain: one row: a digest of everything that one run saw of both systems.
select encode(sha256(convert_to(coalesce(string_agg(
  concat(property_id, '|', domiq_records, '|', domiq_digest, '|', resman_records, '|',
    resman_digest, '|' || in_sync, '|' || resman_only, '|' || duplicate_conversations),
  E'\n' order by property_id), ''), 'UTF8')), 'hex') as digest
from run_property
where run_id = $1::uuid
