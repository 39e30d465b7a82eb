-- Grain: one active preference that applies to a status at a property.
select id, notification_method as channel, recipients, template_id
from status_notification_preferences
where is_active
  and (property_id = $1::uuid or property_id is null)
  and (status_type = $2 or status_type is null)
order by created_at, id
