-- Grain: one row: leads known at properties that were not read whole, and that neither side showed: no
-- verdict is given of them.
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
