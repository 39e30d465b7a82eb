-- Grain: one row: a digest of the leads that this run leaves out of sync.
select encode(sha256(coalesce(string_agg(
  sha256(convert_to(concat_ws('|', resman_lead_id, base, domiq_raw, resman_raw, verdict, action,
    outcome), 'UTF8')),
  ''::bytea order by resman_lead_id collate "C"), ''::bytea)), 'hex') as digest
from drift
where run_id = $1::uuid and action <> 'log' and outcome is distinct from 'verified'
