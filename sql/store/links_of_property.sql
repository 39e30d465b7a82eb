-- Grain: one conversation of the property $1 that is linked, or that the pull under way links.
select l.conversation_id, l.resman_lead_id
from lead_link l
where l.property_id = $1
union all
select s.conversation_id, s.resman_lead_id
from stage_link s
where s.property_id = $1
  and not exists (select from lead_link l where l.conversation_id = s.conversation_id)
