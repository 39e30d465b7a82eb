-- Grain: one property: the time zone in which its days are counted.
select known_timezone(timezone) as timezone from property where id = $1::uuid
