-- Grain: one address of a role on a channel; addresses of the property come before addresses for every
-- property.
with contact as (
  select property_id, address
  from notification_contact
  where is_active and role = $2 and channel = $3
    and (property_id = $1::uuid or property_id is null)
)
select address
from contact
where property_id is not null
  or not exists (select from contact where property_id is not null)
order by address
