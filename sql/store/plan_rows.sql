-- Grain: one row per planned lead, in the plan's order. The columns are those of PlannedLead, in its order.
select
  property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman, verdict,
  rule, action, target, hops, irregular, cause, outcome, reason, domiq_version, resman_version
from stage_plan
order by resman_lead_id
