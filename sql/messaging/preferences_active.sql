-- Grain: one active preference that applies at a property: to a status ($2), or to any where that is null.
select id, notification_method as channel, recipients, template_id, status_type
from status_notification_preferences
where is_active
  and (property_id = $1::uuid or property_id is null)
  and ($2::text is null or status_type = $2::text or status_type is null)
order by created_at, id
