-- Grain: one lead whose conversation DomIQ names for another lead by now, and that no page of DomIQ showed with another
-- one: neither the conversation is its own any more, nor what DomIQ showed of it. Our row of the conversation names the
-- other lead, too. Follows sightings. On a first night every lead is joined with its own conversation; afterwards few are
-- staged.
with given as materialized (
  select l.resman_lead_id, l.conversation_id, d.resman_lead_id as named
  from stage_domiq d
  join lead l on l.conversation_id = d.conversation_id
  where d.resman_lead_id <> l.resman_lead_id and d.problem is null
),
lost as materialized (
  select g.resman_lead_id, g.conversation_id, min(g.named) as named
  from given g
  where not exists (select from stage_domiq s where s.resman_lead_id = g.resman_lead_id)
  group by g.resman_lead_id, g.conversation_id
),
linked as (
  update conversation c
  set resman_lead_id = g.named
  from lost g
  where c.id = g.conversation_id and c.resman_lead_id = g.resman_lead_id
)
update lead l
set
  conversation_id = null,
  domiq_agreed = case when l.domiq = l.base then l.base else l.domiq_agreed end,
  domiq_raw = null, domiq = null, domiq_version = null
from lost g
where l.resman_lead_id = g.resman_lead_id
