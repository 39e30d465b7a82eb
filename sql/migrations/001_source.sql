-- The three tables of the feature specification, and the two of DomIQ's that they refer to.
-- property and conversation are created in a minimal form only where DomIQ's own do not exist.

create table if not exists property (
  id uuid primary key default gen_random_uuid(),
  name text,
  created_at timestamptz not null default now()
);
alter table property add column if not exists name text;
alter table property add column if not exists timezone text;
comment on column property.timezone is 'IANA name; null means UTC';

create table if not exists conversation (
  id uuid primary key default gen_random_uuid(),
  property_id uuid,
  status varchar(50),
  lead_name text,
  created_at timestamptz not null default now()
);
-- DomIQ's own reaches its property through its chatbot, and may call its status something else.
alter table conversation add column if not exists property_id uuid;
alter table conversation add column if not exists status varchar(50);
alter table conversation add column if not exists resman_lead_id varchar(100);
create index if not exists conversation_resman_lead_id on conversation (resman_lead_id);

-- One row is one status change of one lead.
create table status_sync_log (
  id uuid primary key default gen_random_uuid(),
  conversation_id uuid references conversation (id),
  resman_lead_id varchar(100),
  old_status varchar(50) check (
    old_status in ('new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost')),
  new_status varchar(50) check (
    new_status in ('new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost')),
  status_reason text,
  updated_by varchar(100) check (updated_by in ('chatbot', 'resman_user', 'system')),
  sync_direction varchar(20) check (sync_direction in ('to_resman', 'from_resman')),
  sync_status varchar(50) check (sync_status in ('pending', 'success', 'failed')),
  context_data jsonb,
  created_at timestamptz default now()
);

-- One row is one rule: when a lead of the property enters trigger_status.
create table status_workflow_rules (
  id uuid primary key default gen_random_uuid(),
  property_id uuid references property (id),
  trigger_status varchar(50) check (
    trigger_status in ('new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost')),
  target_status varchar(50) check (
    target_status in ('new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost')),
  conditions jsonb,
  actions jsonb,
  is_active boolean default true,
  created_at timestamptz default now()
);

-- One row is one channel that hears of one kind of status at one property.
create table status_notification_preferences (
  id uuid primary key default gen_random_uuid(),
  property_id uuid references property (id),
  status_type varchar(50) check (
    status_type in ('new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost')),
  notification_method varchar(50) check (notification_method in ('email', 'sms', 'slack', 'in_app')),
  recipients jsonb,
  template_id varchar(100),
  is_active boolean default true,
  created_at timestamptz default now()
);
