-- Grain: one dead letter queued again for 24 hours. One for a role goes to the role's present contacts: to the address it
-- had, if that is one of them, else to the first that has no other message about the same change. A dead letter whose
-- mailbox has another message about the same change stays dead, and so does one about a lead that was erased. Of several
-- for one mailbox one is queued.
with letter as (
  select n.id, n.log_id, n.property_id, n.channel, n.recipient, n.address, n.origin, n.created_at,
    case when n.origin in ('follow_up', 'prospect', 'report') then n.origin_id end as told_by,
    case n.channel
      when 'email' then n.recipient !~ '@'
      when 'sms' then n.recipient !~ '^[+0-9]'
      when 'slack' then n.recipient !~ '://'
      else false
    end as is_role
  from notification n
  where n.state = 'dead'
    and not exists (select from erasure e where e.resman_lead_id = n.resman_lead_id)
),
contact as (
  select l.id as letter_id,
    case l.channel when 'sms' then regexp_replace(c.address, '[ .()-]', '', 'g') else c.address end
      as address
  from letter l
  join notification_contact c
    on c.is_active and c.role = l.recipient and c.channel = l.channel
  where l.is_role
    and (c.property_id is not distinct from l.property_id
      or l.origin <> 'report' and c.property_id is null and not exists (
        select
        from notification_contact own
        where own.is_active and own.role = l.recipient and own.channel = l.channel
          and own.property_id = l.property_id))
),
candidate as (
  select l.*, case when l.is_role then c.address else l.address end as goes_to
  from letter l
  left join contact c on c.letter_id = l.id
),
placed as (
  select candidate.*, notification_mailbox(channel, goes_to) as mailbox
  from candidate
  -- A role at Slack without a contact is the configured webhook; a report goes there only if the webhook is named.
  where goes_to is not null
    or channel = 'slack' and is_role and (origin <> 'report' or recipient = 'slack')
),
told as (
  select placed.*,
    exists (
      select
      from notification other
      where other.log_id = placed.log_id and other.channel = placed.channel
        and other.id <> placed.id
        and (other.mailbox = placed.mailbox or other.address = placed.goes_to)
        and case when other.origin in ('follow_up', 'prospect') then other.origin_id end
          is not distinct from placed.told_by)
    -- A report has no change: it is known by itself.
    or exists (
      select
      from notification other
      where placed.log_id is null and other.origin = 'report' and other.origin_id = placed.told_by
        and other.channel = placed.channel and other.id <> placed.id
        and (other.mailbox = placed.mailbox or other.address = placed.goes_to)) as is_told
  from placed
),
chosen as (
  select distinct on (id) *
  from told
  order by id, mailbox is distinct from notification_mailbox(channel, address), is_told, goes_to
),
first as (
  select distinct on (log_id, channel, mailbox, told_by) *
  from chosen
  where not is_told
  order by log_id, channel, mailbox, told_by, created_at, id
)
update notification n
set state = 'pending', cause = null, finished_at = null, attempts = 0, address = first.goes_to,
  mailbox = first.mailbox,
  next_attempt_at = now(), expires_at = now() + interval '24 hours', lease_id = null,
  leased_until = null
from first
where n.id = first.id
  -- An erasure may have emptied it while this statement waited for the row.
  and n.state = 'dead' and n.body <> 'erased'
