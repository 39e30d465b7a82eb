-- The nightly run's own state: leads, runs, drift, review, cursors.

-- One row is the current state of one lead: rebuildable from the log and the sightings.
create table lead (
  resman_lead_id varchar(100) primary key,
  property_id uuid,
  conversation_id uuid,
  base varchar(50),
  base_seq bigint,
  base_at timestamptz,
  base_domiq_version text,
  base_resman_version text,
  domiq_raw text,
  domiq varchar(50),
  domiq_version text,
  resman_raw text,
  resman varchar(50),
  resman_version text,
  lead_score integer,
  fields smallint not null default 0,
  last_sent_at timestamptz
);
create index lead_property on lead (property_id);
create index lead_conversation on lead (conversation_id) where conversation_id is not null;
comment on table lead is 'Current state of one lead; derived from the log and the last sightings';
comment on column lead.base is 'Status both sides last agreed on: new_status of the last success row of the log';
comment on column lead.fields is 'What either record has: 1 email, 2 phone, 4 tour_datetime, 8 income_verification';
create index lead_open on lead (resman_lead_id)
  where domiq_raw is not null
    and (domiq is distinct from base or resman is distinct from base or base is null);
comment on column lead.last_sent_at is 'When a change of this lead was last sent; the settle window counts from it';

-- A success row of the log moves its lead's base, in the transaction that writes the row.
create function lead_follow_log() returns trigger language plpgsql as $$
begin
  insert into lead as l (resman_lead_id, property_id, conversation_id,
                         base, base_seq, base_at, base_domiq_version, base_resman_version)
  select distinct on (resman_lead_id)
    resman_lead_id, property_id, conversation_id,
    new_status, seq, coalesce(occurred_at, created_at), domiq_version, resman_version
  from changed
  where sync_status = 'success' and resman_lead_id is not null
  order by resman_lead_id, seq desc
  on conflict (resman_lead_id) do update set
    property_id = coalesce(excluded.property_id, l.property_id),
    conversation_id = coalesce(excluded.conversation_id, l.conversation_id),
    base = excluded.base,
    base_seq = excluded.base_seq,
    base_at = excluded.base_at,
    base_domiq_version = excluded.base_domiq_version,
    base_resman_version = excluded.base_resman_version
  where l.base_seq is null or l.base_seq <= excluded.base_seq;
  return null;
end
$$;
create trigger lead_follow_log_insert after insert on status_sync_log
  referencing new table as changed for each statement execute function lead_follow_log();
create trigger lead_follow_log_update after update on status_sync_log
  referencing new table as changed for each statement execute function lead_follow_log();

-- One row is one execution of the job.
create table sync_run (
  id uuid primary key default gen_random_uuid(),
  mode text not null check (mode in ('run', 'apply', 'resolve')),
  state text not null default 'running' check (state in ('running', 'finished', 'failed', 'interrupted')),
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  as_of timestamptz not null,
  full_pull boolean not null default true,
  exit_code integer,
  summary jsonb
);
create index sync_run_started on sync_run (started_at);
comment on column sync_run.summary is 'run.json of the run: counts, digests, times; null while it runs';

-- One row is one lead that was not in sync in one run.
create table drift (
  run_id uuid not null references sync_run (id),
  property_id uuid,
  resman_lead_id varchar(100) not null,
  conversation_id uuid,
  base varchar(50),
  domiq_raw text,
  domiq varchar(50),
  resman_raw text,
  resman varchar(50),
  verdict text not null check (verdict in (
    'unread', 'unsettled', 'unmapped', 'missing_in_resman', 'resman_only', 'in_sync', 'baseline',
    'unlogged', 'unbased', 'phantom', 'domiq_ahead', 'domiq_regressed', 'resman_moved', 'conflict')),
  rule integer not null,
  action text not null check (action in ('none', 'log', 'push', 'pull', 'review')),
  target varchar(50),
  hops text[] not null default '{}',
  irregular boolean not null default false,
  cause text,
  outcome text check (outcome in (
    'verified', 'failed', 'stale', 'held', 'parked', 'deferred', 'unknown')),
  reason text,
  domiq_version text,
  resman_version text,
  primary key (run_id, resman_lead_id)
);
create index drift_lead on drift (resman_lead_id);
comment on table drift is 'One lead that was not in sync in one run';
comment on column drift.outcome is 'How a planned repair ended; null for log, review and none';

-- One row is one open or answered question for a person.
create table review_item (
  id bigint generated always as identity primary key,
  property_id uuid,
  resman_lead_id varchar(100) not null,
  conversation_id uuid,
  base varchar(50),
  domiq_raw text,
  domiq varchar(50),
  resman_raw text,
  resman varchar(50),
  verdict text not null,
  rule integer not null,
  reason text not null,
  state text not null default 'open' check (state in ('open', 'accepted', 'ignored', 'resolved', 'healed')),
  first_seen timestamptz not null,
  first_run uuid,
  last_seen timestamptz not null,
  last_run uuid,
  domiq_version text,
  resman_version text,
  refused boolean not null default false,
  answer text check (answer in ('push', 'pull', 'accept', 'ignore')),
  answered_at timestamptz,
  answer_reason text,
  ignore_until timestamptz
);
create unique index review_item_standing on review_item (resman_lead_id)
  where state in ('open', 'accepted', 'ignored');
comment on column review_item.refused is
  'ResMan refused the push (422): not tried again until one of the records changes';
comment on table review_item is 'One question for a person; at most one stands for a lead';

-- One row is one property as pulled from one system.
create table pull_cursor (
  system text not null check (system in ('resman', 'domiq')),
  property_id uuid not null,
  watermark timestamptz,
  last_complete_at timestamptz,
  last_full_at timestamptz,
  primary key (system, property_id)
);
comment on column pull_cursor.watermark is 'Newest updated_at seen in complete pulls; the next pull asks from a little before it';

-- Staging: what this run saw. One run at a time (the advisory lock), emptied at its start.
create unlogged table stage_domiq (
  property_id uuid not null,
  resman_lead_id varchar(100) not null,
  conversation_id uuid,
  raw text,
  status varchar(50),
  version text,
  lead_score integer,
  flags smallint not null,
  problem text
);
comment on column stage_domiq.flags is '1 email, 2 phone, 4 tour_datetime, 8 income_verification, 16 id perhaps seen before in this pull';
create unlogged table stage_resman (
  property_id uuid not null,
  resman_lead_id varchar(100) not null,
  raw text,
  status varchar(50),
  version text,
  lead_score integer,
  flags smallint not null,
  problem text
);
comment on column stage_resman.flags is '1 email, 2 phone, 4 tour_datetime, 8 income_verification, 16 id perhaps seen before in this pull';

-- How well each (system, property) was read in this pull.
create unlogged table stage_pull (
  system text not null,
  property_id uuid not null,
  complete boolean not null,
  incremental boolean not null,
  primary key (system, property_id)
);

-- One row is one lead of this pull that is not plainly in sync, or whose sighting changed.
create unlogged table stage_diff (
  property_id uuid,
  resman_lead_id varchar(100) not null,
  conversation_id uuid,
  base varchar(50),
  base_domiq_version text,
  base_resman_version text,
  domiq_presence text not null check (domiq_presence in ('seen', 'missing', 'unread')),
  domiq_raw text,
  domiq varchar(50),
  domiq_version text,
  resman_presence text not null check (resman_presence in ('seen', 'missing', 'unread')),
  resman_raw text,
  resman varchar(50),
  resman_version text,
  lead_score integer,
  fields smallint not null,
  pending boolean not null,
  pushed_since_pull boolean not null,
  problem text,
  seen_domiq boolean not null,
  seen_resman boolean not null,
  plain text check (plain in ('in_sync', 'resman_only')),
  changed boolean not null,
  primary key (resman_lead_id)
);
comment on column stage_diff.plain is 'The verdict where no rule needs asking; null: judged by the plan';
comment on column stage_diff.changed is 'A sighting differs from the one kept in lead';

-- The plan of this pull, before a run takes it into drift.
create unlogged table stage_plan (like drift including defaults);
alter table stage_plan drop column run_id;
