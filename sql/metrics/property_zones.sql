-- One row is one property and the time zone by which its days are counted.
select id as property_id, known_timezone(timezone) as timezone
from property
