-- Grain: one row per conversation first seen in this pull; rows that DomIQ made are not changed.
insert into conversation (id, property_id, resman_lead_id, status)
select distinct on (s.conversation_id)
  s.conversation_id, s.property_id, s.resman_lead_id, left(s.domiq_raw, 50)
from stage_diff s
where s.changed and s.seen_domiq and s.conversation_id is not null
  and not exists (select from conversation c where c.id = s.conversation_id)
order by s.conversation_id
on conflict (id) do nothing
