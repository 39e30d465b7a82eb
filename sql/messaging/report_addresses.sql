-- Grain: one address by which a role ($2) gets reports of a property ($1), or of all properties together (null).
select channel, address
from notification_contact
where is_active and role = $2 and channel in ('email', 'slack')
  and property_id is not distinct from $1::uuid
order by channel, address
