-- Grain: one property: its leads that ResMan was last seen to show, without those that it had not modified since $1. A
-- lead without a version counts.
select property_id, count(*) as leads
from lead
where property_id is not null and resman_raw is not null
  and (resman_version is null or resman_version::timestamptz >= $1::text::timestamptz)
group by property_id
