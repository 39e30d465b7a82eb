-- Grain: one (system, property) of this pull: its rows of leads that this system had shown before.
select 'domiq' as system, s.property_id,
  count((select l.domiq_raw from lead l where l.resman_lead_id = s.resman_lead_id)) as found
from stage_domiq s
group by s.property_id
union all
select 'resman', s.property_id,
  count((select l.resman_raw from lead l where l.resman_lead_id = s.resman_lead_id))
from stage_resman s
group by s.property_id
