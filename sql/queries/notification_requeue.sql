-- Grain: one dead letter put back, with a day of its own; a role's address is looked up again.
with dead as (
  select n.id, coalesce(n.address, (
    select c.address
    from notification_contact c
    where c.is_active and c.role = n.recipient and c.channel = n.channel
      and (c.property_id = n.property_id or c.property_id is null)
    order by c.property_id nulls last, c.address
    limit 1)) as address
  from notification n
  where n.state = 'dead'
)
update notification n
set state = 'pending', cause = null, finished_at = null, attempts = 0, address = dead.address,
  next_attempt_at = now(), expires_at = now() + interval '24 hours', lease_id = null,
  leased_until = null
from dead
where n.id = dead.id and (dead.address is not null or n.channel = 'slack')
