-- The nightly run's own state: locks, runs, what each saw, drift, questions for people, cursors, staging.

-- Locks that no other login of the database can hold up. Advisory locks are anybody's to take, and
-- pg_locks shows everybody their keys: so the key stands here, next to who took the lock with it, and is
-- chosen anew where a session holds it that is not the one written down.
create table job_lock (
  name text primary key check (name in ('run', 'measurement')),
  key bigint not null,
  pid integer,
  backend_start timestamptz,
  taken_at timestamptz
);
comment on table job_lock is 'One lock: run (one writer) or measurement (one at a time), held as an advisory lock';
comment on column job_lock.key is 'Key of the advisory lock; another one as soon as somebody else holds it';
comment on column job_lock.pid is 'Backend of the session that took it last; null: nobody yet';
comment on column job_lock.backend_start is 'When that session began: tells it from a later one with the same pid';
comment on column job_lock.taken_at is 'When it was taken last';

insert into job_lock (name, key)
select name, ('x' || md5(gen_random_uuid()::text))::bit(64)::bigint
from (values ('run'), ('measurement')) as lock (name);

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

-- One row is one property as one run read it from one system.
create table run_pull (
  run_id uuid not null references sync_run (id),
  system text not null check (system in ('domiq', 'resman')),
  property_id uuid not null,
  incremental boolean not null,
  records bigint not null,
  quarantined bigint not null,
  without_id bigint not null,
  without_lead bigint not null,
  reason text,
  future_versions bigint not null default 0,
  primary key (run_id, system, property_id)
);
comment on table run_pull is 'One property as one run read it from one system';
comment on column run_pull.incremental is 'Only what had changed since the last complete pull was asked for';
comment on column run_pull.records is 'Records of its pages, with and without a lead id';
comment on column run_pull.quarantined is 'Records with a lead id that cannot be used: they become unmapped';
comment on column run_pull.without_id is 'Records without an id of their own';
comment on column run_pull.without_lead is 'Conversations that are not in ResMan yet';
comment on column run_pull.reason is 'Why it was not read whole; null where it was';
comment on column run_pull.future_versions is
  'Records whose updated_at was more than five minutes ahead of the moment they were read';

-- One row is one property in one run: what was seen of it, and how much of it had drifted anew.
create table run_property (
  run_id uuid not null references sync_run (id),
  property_id uuid not null,
  as_of timestamptz not null,
  complete boolean not null,
  domiq_records bigint not null,
  resman_records bigint not null,
  domiq_digest text,
  resman_digest text,
  leads bigint not null,
  drifted bigint not null,
  in_sync bigint,
  resman_only bigint,
  duplicate_conversations bigint,
  primary key (run_id, property_id)
);
create index run_property_history on run_property (property_id, as_of);
comment on table run_property is 'One property in one run: what was seen of it, and its drift before repair';
comment on column run_property.complete is 'Both systems were read completely; else its drift is no evidence';
comment on column run_property.domiq_records is 'Records of DomIQ with a lead id in this pull; fewer than leads where it was incremental';
comment on column run_property.domiq_digest is 'Digest of those records in any order; null: there was none';
comment on column run_property.leads is 'Leads known on both sides after the pull';
comment on column run_property.drifted is 'Of them those found apart for the first time: not asked about before, nor left over from the run before';
comment on column run_property.in_sync is
  'Leads on which log and both sides agreed: they leave no row of drift';
comment on column run_property.resman_only is 'Leads that DomIQ never met: they leave no row of drift either';
comment on column run_property.duplicate_conversations is
  'Conversations of a lead for which another one speaks';

-- One row is one property in one run, judged against its own history.
create table drift_alarm (
  run_id uuid not null references sync_run (id),
  property_id uuid not null,
  property_name text,
  as_of timestamptz not null,
  leads bigint not null,
  drifted bigint not null,
  rate double precision,
  nights integer not null,
  expected_rate double precision,
  p_value double precision,
  q_value double precision,
  cusum double precision,
  verdict text not null check (verdict in ('insufficient_history', 'quiet', 'jump', 'leak')),
  primary key (run_id, property_id)
);
comment on table drift_alarm is 'Drift of one property in one run against its own history';
comment on column drift_alarm.run_id is 'The run';
comment on column drift_alarm.property_id is 'The property';
comment on column drift_alarm.property_name is 'Its name; null: not known';
comment on column drift_alarm.as_of is 'The instant of the run';
comment on column drift_alarm.leads is 'Leads known on both sides';
comment on column drift_alarm.drifted is 'Those found apart for the first time: not asked about before, nor left over';
comment on column drift_alarm.rate is 'drifted / leads, before repair; null: there is no lead';
comment on column drift_alarm.nights is 'Earlier complete nights it is compared with';
comment on column drift_alarm.expected_rate is 'Rate of the reference nights; null: fewer than 14 nights';
comment on column drift_alarm.p_value is 'Beta-binomial probability of as many or more drifted leads; null: fewer than 14 nights';
comment on column drift_alarm.q_value is 'The same after Benjamini-Hochberg over the properties of the run; null: fewer than 14 nights';
comment on column drift_alarm.cusum is 'One-sided cumulative sum of standardised excess, for slow leaks; null: fewer than 14 nights';
comment on column drift_alarm.verdict is 'insufficient_history below 14 nights; jump: q_value at most 0.05; leak: cusum above 5; else quiet';

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
  cause text check (cause in (
    'push_failed', 'push_unknown', 'webhook_missed', 'staff_edit', 'mapping_gap', 'phantom', 'unknown')),
  outcome text check (outcome in (
    'verified', 'failed', 'stale', 'held', 'parked', 'deferred', 'unknown')),
  reason text,
  domiq_version text,
  resman_version text,
  planned jsonb,
  primary key (run_id, resman_lead_id)
);
-- Repairs that have no outcome yet, in the order in which they are taken batch by batch.
create index drift_waiting on drift (run_id, action, (target in ('leased', 'lost')), resman_lead_id)
  where outcome is null and action in ('push', 'pull');
comment on table drift is 'One lead that was not in sync in one run';
comment on column drift.run_id is 'The run';
comment on column drift.property_id is 'The property; null: not known';
comment on column drift.resman_lead_id is 'The lead';
comment on column drift.conversation_id is 'The conversation that speaks for DomIQ; null: none is known';
comment on column drift.base is 'Status both sides last agreed on; null: they never agreed';
comment on column drift.domiq_raw is 'Status as DomIQ printed it; null: DomIQ did not show the lead';
comment on column drift.domiq is 'The same as a canonical status; null: not shown, or outside the vocabulary';
comment on column drift.resman_raw is 'Status as ResMan printed it; null: ResMan did not show the lead';
comment on column drift.resman is 'The same as a canonical status; null: not shown, or outside the vocabulary';
comment on column drift.verdict is 'The class the drift fell into';
comment on column drift.rule is 'Number of the rule that gave the verdict, 1 to 15';
comment on column drift.action is 'none, log, push, pull or review';
comment on column drift.target is 'Status both sides were to hold; null: nothing was planned';
comment on column drift.hops is 'Statuses to write, in order; null: nothing to write';
comment on column drift.irregular is 'Whether staff moved outside the transition rules';
comment on column drift.cause is 'What the log proves of why the two sides differ: push_failed, push_unknown, webhook_missed, staff_edit, mapping_gap or phantom; else unknown; null: the run is older than causes';
comment on column drift.outcome is 'How the repair ended: verified, failed, stale, held, parked, deferred or unknown; null: no repair was planned, or it has not ended';
comment on column drift.reason is 'The verdict or the outcome in words; null: nothing to add';
comment on column drift.planned is 'verdict, rule, action, target and hops as planned, where the repair found the lead unreadable and they were withdrawn; else null';

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
  ignore_until timestamptz,
  answered_by text
);
create unique index review_item_standing on review_item (resman_lead_id)
  where state in ('open', 'accepted', 'ignored');
comment on column review_item.refused is
  'ResMan refused the push (422): not tried again until one of the records changes';
comment on table review_item is 'One question for a person; at most one stands for a lead';
-- What people answered about one lead before.
create index review_item_answered on review_item (resman_lead_id) where answered_at is not null;
comment on column review_item.id is 'Number of the item';
comment on column review_item.property_id is 'The property; null: not known';
comment on column review_item.resman_lead_id is 'The lead';
comment on column review_item.conversation_id is 'The conversation that speaks for DomIQ; null: none is known';
comment on column review_item.base is 'Status both sides last agreed on; null: they never agreed';
comment on column review_item.domiq_raw is 'Status as DomIQ printed it; null: DomIQ did not show the lead';
comment on column review_item.domiq is 'The same as a canonical status; null: not shown, or outside the vocabulary';
comment on column review_item.resman_raw is 'Status as ResMan printed it; null: ResMan did not show the lead';
comment on column review_item.resman is 'The same as a canonical status; null: not shown, or outside the vocabulary';
comment on column review_item.verdict is 'The class the drift fell into';
comment on column review_item.rule is 'Number of the rule that gave the verdict, 1 to 15';
comment on column review_item.reason is 'Why a person must decide';
comment on column review_item.state is 'open, accepted (agreed different) or ignored (put off)';
comment on column review_item.first_seen is 'When the question first arose';
comment on column review_item.first_run is 'The run that raised it; null: not known';
comment on column review_item.last_seen is 'When it was last found standing';
comment on column review_item.last_run is 'The run that last found it; null: not known';
comment on column review_item.answer is 'push, pull, accept or ignore; null: not answered';
comment on column review_item.answered_at is 'When it was answered; null: not answered';
comment on column review_item.answer_reason is 'Why it was answered so; null: no reason was given';
comment on column review_item.ignore_until is 'When an ignored question comes back; null: not ignored';
comment on column review_item.answered_by is
  'Who gave the answer: --by, else the account that ran the command; null: not answered';

-- One row is one property as pulled from one system. leads and recent are what the next complete pull has to
-- show again, counted in rows, several conversations of one lead apart.
create table pull_cursor (
  system text not null check (system in ('resman', 'domiq')),
  property_id uuid not null,
  watermark timestamptz,
  last_complete_at timestamptz,
  last_full_at timestamptz,
  leads bigint,
  recent bigint,
  primary key (system, property_id)
);
comment on column pull_cursor.leads is 'Rows of the last complete full pull; null: none was since they are counted';
comment on column pull_cursor.recent is
  'Of the rows of the last complete pull, those that an incremental one has to show again: as new as the watermark less the overlap';
comment on column pull_cursor.watermark is
  'Newest updated_at seen in complete pulls, of those that are not later than the start of their run; the next pull asks from a little before it; null: it asks for everything';

-- Staging: what this run saw. One run at a time (the advisory lock), emptied at its start.
create unlogged table stage_domiq (
  property_id uuid not null,
  resman_lead_id varchar(100) not null,
  conversation_id uuid,
  raw text,
  status varchar(50),
  version text,
  lead_score double precision,
  flags smallint not null,
  problem text
);
comment on column stage_domiq.flags is '1 email, 2 phone, 4 tour_datetime, 8 income_verification, 16 id perhaps seen before in this pull, 32 updated_at is from the future';
create unlogged table stage_resman (
  property_id uuid not null,
  resman_lead_id varchar(100) not null,
  raw text,
  status varchar(50),
  version text,
  lead_score double precision,
  flags smallint not null,
  problem text
);
comment on column stage_resman.flags is '1 email, 2 phone, 4 tour_datetime, 8 income_verification, 16 id perhaps seen before in this pull, 32 updated_at is from the future';

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
  lead_score double precision,
  fields smallint not null,
  pending boolean not null,
  pushed_since_pull boolean not null,
  problem text,
  seen_domiq boolean not null,
  seen_resman boolean not null,
  plain text check (plain in ('in_sync', 'resman_only')),
  changed boolean not null,
  base_bridged boolean not null default false,
  domiq_moved boolean,
  resman_moved boolean,
  primary key (resman_lead_id)
);
comment on column stage_diff.plain is 'The verdict where no rule needs asking; null: judged by the plan';
comment on column stage_diff.changed is 'A sighting differs from the one kept in lead';
comment on column stage_diff.domiq_moved is
  'Its status is not the one that DomIQ last agreed on, nor the one it last showed; null: not known';
comment on column stage_diff.resman_moved is
  'Its status is not the one that ResMan last agreed on, nor the one it last showed; null: not known';

-- The plan of this pull, before a run takes it into drift.
create unlogged table stage_plan (
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
  action text not null,
  target varchar(50),
  hops text[] not null default '{}',
  irregular boolean not null default false,
  cause text,
  outcome text,
  reason text,
  domiq_version text,
  resman_version text
);

select status_sync_grant('select', relation::regclass, wanted)
from unnest(array[
    'sync_run', 'run_pull', 'run_property', 'drift_alarm', 'drift', 'review_item', 'pull_cursor']) as relation
cross join unnest(array['status_sync_job', 'status_sync_planner', 'status_sync_api']) as wanted;
select status_sync_grant('insert, update, delete', relation::regclass, 'status_sync_job')
from unnest(array[
  'sync_run', 'run_pull', 'run_property', 'drift_alarm', 'drift', 'review_item', 'pull_cursor']) as relation;
-- `plan` fills the same staging tables as a run, under the same lock.
select status_sync_grant('select, insert, update, delete, truncate', relation::regclass, wanted)
from unnest(array['stage_domiq', 'stage_resman', 'stage_pull', 'stage_diff', 'stage_plan']) as relation
cross join unnest(array['status_sync_job', 'status_sync_planner']) as wanted;
select status_sync_grant('select', relation::regclass, 'status_sync_api')
from unnest(array['stage_domiq', 'stage_resman', 'stage_pull', 'stage_diff', 'stage_plan']) as relation;
select status_sync_grant('select, update', 'job_lock', wanted)
from unnest(array['status_sync_job', 'status_sync_planner']) as wanted;
-- `status` tells whether a run goes on; the key is for those who may take the lock.
select status_sync_grant('select (name, pid, taken_at)', 'job_lock', wanted)
from unnest(array['status_sync_api', 'status_sync_reader']) as wanted;

-- Analysts: nothing that is about a person.
select status_sync_grant('select', relation::regclass, 'status_sync_reader')
from unnest(array['sync_run', 'run_pull', 'run_property', 'drift_alarm', 'pull_cursor']) as relation;
select status_sync_grant(
  'select (run_id, property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,'
  ' verdict, rule, action, target, hops, irregular, cause, outcome, domiq_version, resman_version, planned)',
  'drift', 'status_sync_reader');
select status_sync_grant(
  'select (id, property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw, resman,'
  ' verdict, rule, state, first_seen, first_run, last_seen, last_run, domiq_version, resman_version, refused,'
  ' answer, answered_at, ignore_until)',
  'review_item', 'status_sync_reader');
