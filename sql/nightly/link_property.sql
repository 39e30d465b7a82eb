-- Grain: one row: the property of the lead $2, with which the conversation $1 may be linked, and the evidence; none where
-- neither a proposal names both, nor the lead is known. The property of the conversation is null where nobody knows it.
select known.property_id, known.evidence,
  coalesce(
    (select p.property_id from link_proposal p
     where p.conversation_id = $1
     order by p.resman_lead_id = $2 desc, p.seen_at desc
     limit 1),
    (select c.property_id from conversation c where c.id = $1)) as conversation_property_id
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
