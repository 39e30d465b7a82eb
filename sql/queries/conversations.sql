-- Grain: one row a conversation first seen in this pull; DomIQ's own rows are left as they are.
insert into conversation (id, property_id, resman_lead_id, status)
select distinct on (conversation_id)
  conversation_id, property_id, resman_lead_id, left(domiq_raw, 50)
from stage_diff
where changed and seen_domiq and conversation_id is not null
order by conversation_id
on conflict (id) do nothing
