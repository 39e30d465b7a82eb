-- Grain: one proposed link, from JSON; nothing is kept of a lead that was erased.
insert into link_proposal (
  conversation_id, resman_lead_id, property_id, how, evidence, obstacle, seen_at)
select p.conversation_id, p.resman_lead_id, p.property_id, p.how, p.evidence, p.obstacle,
  $2::text::timestamptz
from jsonb_to_recordset($1::jsonb) as p (
  conversation_id uuid, resman_lead_id varchar(100), property_id uuid, how text, evidence text,
  obstacle text)
where p.resman_lead_id not in (select e.resman_lead_id from erasure e)
on conflict (conversation_id, resman_lead_id) do update set
  property_id = excluded.property_id, how = excluded.how, evidence = excluded.evidence,
  obstacle = excluded.obstacle, seen_at = excluded.seen_at
