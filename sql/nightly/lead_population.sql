-- Grain: one row per property: how many leads are known there on both sides.
select property_id, count(*) as leads
from lead
where property_id is not null and domiq_raw is not null and resman_raw is not null
group by property_id
