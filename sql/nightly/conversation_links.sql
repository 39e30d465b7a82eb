-- Grain: one row per conversation whose ResMan lead became known in this pull.
update conversation c
set resman_lead_id = s.resman_lead_id
from stage_diff s
where s.changed and s.seen_domiq and s.conversation_id = c.id
  and c.resman_lead_id is distinct from s.resman_lead_id
