-- Grain: one dead letter queued again for 24 hours; the address of a role is looked up again. A dead letter
-- whose mailbox has another message about the same change stays dead, and so does one about a lead that was erased. Of
-- several for one mailbox the one that holds it already is queued.
with dead as (
  select n.id, n.log_id, n.channel, n.origin, n.origin_id, n.created_at, n.mailbox as held, coalesce(n.address, (
    select c.address
    from notification_contact c
    where c.is_active and c.role = n.recipient and c.channel = n.channel
      and (c.property_id = n.property_id or c.property_id is null)
    order by c.property_id nulls last, c.address
    limit 1)) as address
  from notification n
  where n.state = 'dead'
    and not exists (select from erasure e where e.resman_lead_id = n.resman_lead_id)
),
placed as (
  select dead.*, notification_mailbox(channel, address) as mailbox,
    case when origin in ('follow_up', 'prospect', 'report') then origin_id end as told_by
  from dead
  where address is not null or channel = 'slack'
),
first as (
  select distinct on (log_id, channel, mailbox, told_by) *
  from placed
  order by log_id, channel, mailbox, told_by, held is null, created_at, id
)
update notification n
set state = 'pending', cause = null, finished_at = null, attempts = 0, address = first.address,
  mailbox = first.mailbox,
  next_attempt_at = now(), expires_at = now() + interval '24 hours', lease_id = null,
  leased_until = null
from first
where n.id = first.id
  -- An erasure may have emptied it while this statement waited for the row.
  and n.state = 'dead' and n.body <> 'erased'
  and not exists (
    select
    from notification other
    where other.log_id = first.log_id and other.channel = first.channel
      and other.mailbox = first.mailbox and other.id <> first.id
      and case when other.origin in ('follow_up', 'prospect') then other.origin_id end
        is not distinct from first.told_by)
  -- A report has no change: it is known by itself.
  and not exists (
    select
    from notification other
    where first.log_id is null and other.origin = 'report' and other.origin_id = first.told_by
      and other.channel = first.channel and other.mailbox = first.mailbox
      and other.id <> first.id)
