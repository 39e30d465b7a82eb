-- Grain: one row: how many known leads of incompletely read properties neither side showed; they get no
-- verdict. Leads that were not staged were shown by both.
select count(*) - (
    select coalesce(sum(p.agreed), 0) from stage_pull p
    where p.system = 'domiq' and p.property_id in (
      select q.property_id from stage_pull q where not q.complete)
  )::bigint as leads
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
