-- Grain: one recipient that an active preference names at a property, and whether it has a contact.
select distinct p.notification_method as channel, r.name,
  exists (
    select from notification_contact c
    where c.is_active and c.role = r.name and c.channel = p.notification_method
      and (c.property_id = p.property_id or c.property_id is null)) as has_contact
from status_notification_preferences p
cross join lateral jsonb_array_elements_text(
  case jsonb_typeof(p.recipients) when 'array' then p.recipients else '[]' end) as r (name)
where p.is_active
order by channel, r.name
