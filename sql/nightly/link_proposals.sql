-- Grain: one proposed link; those that wait for a person first. A conversation that was linked since has none.
select p.conversation_id, p.resman_lead_id, p.property_id, p.how, p.evidence, p.obstacle,
  to_char(p.seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as seen_at
from link_proposal p
where not exists (select from lead_link l where l.conversation_id = p.conversation_id)
order by p.obstacle is null, p.property_id, p.conversation_id, p.resman_lead_id
