-- Grain: one channel by which a property's active preferences reach a role.
select distinct notification_method as channel
from status_notification_preferences
where is_active
  and (property_id = $1::uuid or property_id is null)
  and recipients ? $2
order by channel
