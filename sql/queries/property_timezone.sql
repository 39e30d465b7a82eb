-- Grain: one property.
select timezone from property where id = $1::uuid
