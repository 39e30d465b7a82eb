-- Grain: one link of this pull that a run makes. Whatever linked the conversation meanwhile stays.
insert into lead_link (conversation_id, resman_lead_id, property_id, how, linked_at, by, evidence)
select conversation_id, resman_lead_id, property_id, how, $1::text::timestamptz, $2, evidence
from stage_link
order by conversation_id
on conflict (conversation_id) do nothing
