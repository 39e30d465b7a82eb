-- Grain: one row: a digest of the whole plan, independent of the order it was written in.
select encode(sha256(coalesce(string_agg(
  sha256(convert_to(concat_ws('|', resman_lead_id, base, domiq_raw, resman_raw, verdict, rule::text,
    action, target, array_to_string(hops, '>'), domiq_version, resman_version), 'UTF8')),
  ''::bytea order by resman_lead_id collate "C"), ''::bytea)), 'hex') as digest
from stage_plan
