-- Grain: one row: how many known leads of incompletely read properties neither side showed; they get no
-- verdict.
select count(*) as leads
from (
  select l.resman_lead_id
  from lead l
  where l.property_id in (select p.property_id from stage_pull p where not p.complete)
  except (
    select s.resman_lead_id from stage_domiq s
    union all
    select s.resman_lead_id from stage_resman s
    union all
    select s.resman_lead_id from stage_diff s)
) unseen
