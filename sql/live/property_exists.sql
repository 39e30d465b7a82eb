-- Grain: one property.
select 1 as one from property where id = $1::uuid
