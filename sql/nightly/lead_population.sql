-- Grain: one row per property: how many leads are known there.
select property_id, count(*) as leads from lead where property_id is not null group by property_id
