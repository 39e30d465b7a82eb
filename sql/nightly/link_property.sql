-- Grain: one row: the property at which the conversation $1 may be linked with the lead $2, and the evidence; none
-- where neither a proposal names both, nor the lead is known.
select property_id, evidence
from (
  select p.property_id, p.evidence, 1 as rank
  from link_proposal p
  where p.conversation_id = $1 and p.resman_lead_id = $2
  union all
  select l.property_id, null, 2
  from lead l
  where l.resman_lead_id = $2 and l.property_id is not null
) known
order by rank
limit 1
