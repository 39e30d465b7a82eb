-- Grain: one row: whether the role $1 has an address by which reports go at any property.
select exists (
  select from notification_contact
  where is_active and role = $1 and channel in ('email', 'slack') and property_id is not null
) as has_contact
