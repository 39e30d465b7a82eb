-- Grain: one link, newest first.
select conversation_id, resman_lead_id, property_id, how, by, evidence,
  to_char(linked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as linked_at
from lead_link
order by linked_at desc, conversation_id
limit $1
