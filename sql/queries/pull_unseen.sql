-- Grain: one row: leads known at properties that were not read whole, and that neither side showed: no
-- verdict is given of them.
select count(*) as leads
from lead l
where l.property_id in (select p.property_id from stage_pull p where not p.complete)
  and not exists (select from stage_domiq s where s.resman_lead_id = l.resman_lead_id)
  and not exists (select from stage_resman s where s.resman_lead_id = l.resman_lead_id)
  and not exists (select from stage_diff s where s.resman_lead_id = l.resman_lead_id)
