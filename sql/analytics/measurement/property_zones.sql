-- One row is one property: the time zone in which its days are counted, and the zone at the last measurement;
-- null where the property no longer exists, or was not known then.
select
  coalesce(property.id, measured_property.property_id) as property_id,
  case when property.id is not null then known_timezone(property.timezone) end as timezone,
  measured_property.timezone as measured_timezone
from property
full join measured_property on measured_property.property_id = property.id
