-- Grain: one (system, property) of this pull: its rows of leads that this system had shown before.
select 'domiq' as system, s.property_id, count(*) as found
from stage_domiq s
join lead l on l.resman_lead_id = s.resman_lead_id
where l.domiq_raw is not null
group by s.property_id
union all
select 'resman', s.property_id, count(*)
from stage_resman s
join lead l on l.resman_lead_id = s.resman_lead_id
where l.resman_raw is not null
group by s.property_id
