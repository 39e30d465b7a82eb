-- Grain: one property: the time zone that its days are counted by.
select known_timezone(timezone) as timezone from property where id = $1::uuid
