-- One change is told to one mailbox once on each channel, however many names lead there: a role, its
-- address, the same address in capitals.

create function notification_mailbox(channel text, address text) returns text
language sql immutable parallel safe as $$
  select case channel
    when 'email' then lower(address)
    when 'slack' then coalesce(
      lower(substring(address from '^[^/]*//[^/?]*')) || substring(address from '^[^/]*//[^/?]*(.*)$'),
      address,
      '')
    else address
  end
$$;
comment on function notification_mailbox is
  'What two addresses of one channel have in common where they reach the same person: an email address '
  'in small letters; a webhook of Slack with its host in small letters, empty for the configured one';

alter table notification add column mailbox text;
comment on column notification.mailbox is
  'notification_mailbox of the address, by which a change is told to each once; null: a dead row that '
  'leads nowhere, and rows from before there was this column';

-- What a preference or a rule says of a change is one message; a reminder that falls due later is
-- another, and so is the prospect''s own.
create unique index notification_mailbox_once on notification (log_id, channel, mailbox)
  where mailbox is not null and origin in ('preference', 'workflow');
create unique index notification_reminder_once on notification (log_id, channel, mailbox, origin_id)
  where mailbox is not null and origin in ('follow_up', 'prospect');
