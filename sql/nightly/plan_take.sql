-- Grain: one row per lead of the plan, copied into the run's drift.
insert into drift (
  run_id, property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,
  verdict, rule, action, target, hops, irregular, cause, outcome, reason,
  domiq_version, resman_version)
select $1::uuid, property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw,
  resman, verdict, rule, action, target, hops, irregular, cause, outcome, reason,
  domiq_version, resman_version
from stage_plan
