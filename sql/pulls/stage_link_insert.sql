-- Grain: one link of this pull, from JSON; of an erased lead without its evidence.
insert into stage_link (conversation_id, resman_lead_id, property_id, how, evidence)
select p.conversation_id, p.resman_lead_id, p.property_id, p.how,
  case when p.resman_lead_id in (select e.resman_lead_id from erasure e) then null else p.evidence end
from jsonb_to_recordset($1::jsonb) as p (
  conversation_id uuid, resman_lead_id varchar(100), property_id uuid, how text, evidence text)
on conflict (conversation_id) do nothing
