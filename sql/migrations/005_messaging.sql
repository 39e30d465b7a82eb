-- Workflow actions and notifications: what a status change sets off, as rows that commit with it.

-- One row is one address of one role on one channel.
create table notification_contact (
  id uuid primary key default gen_random_uuid(),
  property_id uuid references property (id),
  role varchar(64) not null,
  channel varchar(20) not null check (channel in ('email', 'sms', 'slack', 'in_app')),
  address text not null,
  is_active boolean not null default true,
  created_at timestamptz not null default now(),
  unique nulls not distinct (property_id, role, channel, address)
);
comment on table notification_contact is
  'One address of one role on one channel; roles that status_notification_preferences and workflow '
  'rules name are looked up here';
comment on column notification_contact.property_id is
  'null: at every property that has no contact of its own for this role and channel';
comment on column notification_contact.role is
  'As named in recipients: property_manager, leasing_agent, management, or one''s own';
comment on column notification_contact.address is
  'email: an address; sms: a number in E.164 form; slack: the https address of an incoming webhook';

-- One row is one action of one rule for one status change; or, without an action, one rule that the
-- change matched and that did nothing.
create table workflow_execution (
  id uuid primary key default gen_random_uuid(),
  property_id uuid,
  log_id uuid not null references status_sync_log (id),
  rule_id uuid not null,
  resman_lead_id varchar(100),
  action_index smallint not null,
  action_type varchar(30) check (
    action_type in ('send_notification', 'schedule_follow_up', 'update_lead_score', 'create_task')),
  action jsonb,
  event jsonb not null,
  state varchar(10) not null check (state in ('pending', 'done', 'failed', 'unmet')),
  reason text,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (log_id, rule_id, action_index),
  check (action_type is not null or state in ('failed', 'unmet'))
);
create index workflow_execution_due on workflow_execution (next_attempt_at) where state = 'pending';
create index workflow_execution_property on workflow_execution (property_id, created_at);
comment on table workflow_execution is
  'One action of one rule for one status change. A rule whose trigger the change matched but whose '
  'conditions it did not meet, or that cannot be read, has one row without an action';
comment on column workflow_execution.rule_id is 'status_workflow_rules.id, as the rule was then';
comment on column workflow_execution.action_index is
  'Place of the action in its rule, from 0; -1 where the rule came to no action';
comment on column workflow_execution.action is 'The action as its rule had it';
comment on column workflow_execution.event is 'The change and what was known of its lead then';
comment on column workflow_execution.state is
  'pending: due at next_attempt_at; done: executed, once; failed: given up, or the rule cannot be '
  'read; unmet: a condition does not hold. done / (done + failed) is the actions'' own success';
comment on column workflow_execution.reason is 'Why it is failed or unmet, or why the last try failed';

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

-- One row is one message to one recipient on one channel about one status change: the outbox.
create table notification (
  id uuid primary key default gen_random_uuid(),
  property_id uuid,
  log_id uuid not null references status_sync_log (id),
  resman_lead_id varchar(100),
  origin varchar(12) not null check (origin in ('preference', 'workflow', 'follow_up', 'prospect')),
  origin_id uuid,
  channel varchar(20) not null check (channel in ('email', 'sms', 'slack', 'in_app')),
  recipient text not null,
  address text,
  template_id varchar(100) not null,
  priority varchar(6) not null check (priority in ('low', 'medium', 'high', 'urgent')),
  subject text not null,
  body text not null,
  state varchar(10) not null check (
    state in ('pending', 'accepted', 'delivered', 'dead', 'suppressed')),
  cause varchar(10) check (cause in ('failed', 'bounced', 'expired')),
  attempts integer not null default 0,
  possible_duplicate boolean not null default false,
  next_attempt_at timestamptz not null default now(),
  lease_id uuid,
  leased_until timestamptz,
  provider_id text,
  last_error text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  read_at timestamptz,
  expires_at timestamptz not null default now() + interval '24 hours',
  mailbox text,
  check ((state = 'dead') = (cause is not null)),
  check ((state = 'pending') = (finished_at is null))
);
create unique index notification_once on notification (log_id, channel, recipient, address, origin_id)
  nulls not distinct where origin <> 'preference';
create unique index notification_preference_once on notification (log_id, channel, recipient, address)
  nulls not distinct where origin = 'preference';
-- What a preference or a rule says of a change is one message; a reminder that falls due later is
-- another, and so is the prospect''s own.
create unique index notification_mailbox_once on notification (log_id, channel, mailbox)
  where mailbox is not null and origin in ('preference', 'workflow');
create unique index notification_reminder_once on notification (log_id, channel, mailbox, origin_id)
  where mailbox is not null and origin in ('follow_up', 'prospect');
create index notification_due on notification (next_attempt_at) where state = 'pending';
create index notification_log on notification (log_id);
create index notification_property on notification (property_id, channel, created_at);
create index notification_inbox on notification (property_id, recipient, created_at)
  where channel = 'in_app';
comment on table notification is
  'One message to one recipient on one channel about one status change; written in the transaction '
  'that records the change. Every row ends accepted, delivered, dead or suppressed. Delivery figures '
  'per channel: delivered = state accepted or delivered; failed, bounced, expired = cause of a dead '
  'row; a pending row over 24 hours old counts as expired, a younger one and a suppressed one are '
  'only listed; first attempt = attempts 1 among the delivered';
comment on column notification.origin is
  'preference: a row of status_notification_preferences; workflow: an action of a rule; follow_up: a '
  'follow-up that fell due; prospect: the prospect''s own notice. origin_id is that row''s id, for a '
  'prospect the conversation''s';
comment on column notification.recipient is 'As named: a role or an address';
comment on column notification.address is
  'Where it goes; null: a role at slack without a contact, which goes to the configured webhook, or '
  'a dead row whose role has no address';
comment on column notification.state is
  'pending: waits, or is being sent; accepted: the mail server, Slack or the SMS provider took it, '
  'and no more is known; delivered: it is in the inbox (in_app); dead: given up, with an alert; '
  'suppressed: not sent on purpose';
comment on column notification.cause is
  'Of a dead row. bounced: refused because of its recipient; expired: still pending 24 hours after '
  'created_at; failed: anything else';
comment on column notification.attempts is 'Sends begun; 1 for in_app, which is delivered by its row';
comment on column notification.possible_duplicate is
  'It was sent again, under the same message id, after a send whose end nobody knows';
comment on column notification.leased_until is 'Until then the holder of lease_id alone may send it';
comment on column notification.provider_id is 'The id the receiving server or provider gave it';
comment on column notification.last_error is 'Why the last attempt failed; no personal data, no secret';
comment on column notification.finished_at is 'When it was accepted, delivered, given up or suppressed';
comment on column notification.read_at is 'in_app: when it was marked as read';
comment on column notification.expires_at is
  'Still pending then, it is dead with the cause expired: 24 hours after created_at, or after it was '
  'put back from the dead letters';
comment on column notification.mailbox is
  'notification_mailbox of the address, by which a change is told to each once; null: a dead row that '
  'leads nowhere';

-- One row is one task for the on-site team.
create table lead_task (
  id uuid primary key default gen_random_uuid(),
  property_id uuid,
  execution_id uuid not null unique references workflow_execution (id),
  resman_lead_id varchar(100),
  conversation_id uuid,
  title text not null,
  description text,
  assigned_to text,
  priority varchar(6) not null check (priority in ('low', 'medium', 'high', 'urgent')),
  due_at timestamptz,
  state varchar(10) not null default 'open' check (state in ('open', 'done', 'cancelled')),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'open') = (finished_at is null))
);
create index lead_task_open on lead_task (property_id, due_at) where state = 'open';
comment on table lead_task is 'One task for the on-site team, made by a workflow action';

-- One row is one reminder to look at a lead again.
create table follow_up (
  id uuid primary key default gen_random_uuid(),
  property_id uuid,
  execution_id uuid not null unique references workflow_execution (id),
  resman_lead_id varchar(100),
  conversation_id uuid,
  status varchar(50) not null,
  note text,
  assigned_to text not null,
  due_at timestamptz not null,
  state varchar(10) not null default 'scheduled' check (state in ('scheduled', 'reminded', 'moot')),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'scheduled') = (finished_at is null))
);
create index follow_up_due on follow_up (due_at) where state = 'scheduled';
comment on table follow_up is 'One reminder to look at a lead again, made by a workflow action';
comment on column follow_up.status is 'The status the lead was in when it was scheduled';
comment on column follow_up.state is
  'scheduled: waits for due_at; reminded: assigned_to was notified; moot: the lead had moved on by then';

-- One row is one change of one lead's score.
create table lead_score_change (
  id uuid primary key default gen_random_uuid(),
  property_id uuid,
  execution_id uuid not null unique references workflow_execution (id),
  resman_lead_id varchar(100) not null,
  old_score double precision,
  new_score double precision not null check (new_score between 0 and 100),
  delta double precision not null,
  reason text,
  created_at timestamptz not null default now()
);
create index lead_score_change_lead on lead_score_change (resman_lead_id);
comment on table lead_score_change is
  'One change that a workflow action made to a lead''s score. It stays ours: neither system has a '
  'way to be told, so a lead''s score is the one last seen plus the sum of delta, within 0 and 100';
comment on column lead_score_change.old_score is 'null: no score was known; delta counts from 0 then';

select status_sync_grant('select, insert, update', relation::regclass, wanted)
from unnest(array[
    'notification_contact', 'workflow_execution', 'notification', 'lead_task', 'follow_up',
    'lead_score_change']) as relation
cross join unnest(array['status_sync_job', 'status_sync_api']) as wanted;

-- What has ended long ago is pruned.
select status_sync_grant('delete', relation::regclass, 'status_sync_job')
from unnest(array['notification', 'follow_up']) as relation;

-- Analysts see what was sent, and how it ended, but not to whom or what it said.
select status_sync_grant(
  'select (id, property_id, log_id, rule_id, resman_lead_id, action_index, action_type, state,'
  ' attempts, created_at, finished_at)', 'workflow_execution', 'status_sync_reader');
select status_sync_grant(
  'select (id, property_id, log_id, resman_lead_id, origin, origin_id, channel, template_id,'
  ' priority, state, cause, attempts, possible_duplicate, created_at, finished_at, read_at)',
  'notification', 'status_sync_reader');
select status_sync_grant(
  'select (id, property_id, execution_id, resman_lead_id, priority, due_at, state, created_at,'
  ' finished_at)', 'lead_task', 'status_sync_reader');
select status_sync_grant(
  'select (id, property_id, execution_id, resman_lead_id, status, due_at, state, created_at,'
  ' finished_at)', 'follow_up', 'status_sync_reader');
select status_sync_grant('select', 'lead_score_change', 'status_sync_reader');
