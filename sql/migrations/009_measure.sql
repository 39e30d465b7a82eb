-- What keeps the figures up to date at the cost of the day's changes instead of the history's.

-- Finding log rows by when they happened, by conversation, and those that did not succeed.
create index status_sync_log_at on status_sync_log ((coalesce(occurred_at, created_at)));
create index status_sync_log_conversation on status_sync_log (conversation_id)
  where resman_lead_id is null or property_id is null;
create index status_sync_log_unsynced on status_sync_log ((coalesce(occurred_at, created_at)))
  where sync_status <> 'success';

-- All of this is derived: the first measurement after this migration computes it from the log.
truncate visit;
alter table visit
  add column repeated boolean not null,
  add column highest_before integer,
  add column same_before_at timestamptz,
  add column advanced_at timestamptz,
  add column lost_at timestamptz,
  add primary key (lead, n);
comment on column visit.repeated is 'The lead had an earlier stay in this status';
comment on column visit.highest_before is 'Highest rank of the lead''s earlier stays; null: none has a rank';
comment on column visit.same_before_at is
  'When the lead last made the change that began this stay before; null: never';
comment on column visit.advanced_at is 'When the lead first reached a higher rank than this stay''s after it began';
comment on column visit.lost_at is 'When the lead was first lost after this stay began';
create index visit_open on visit (status, entered_at)
  where left_at is null and not truncated and status not in ('leased', 'lost');
create index visit_noop on visit (property_id) where noop_at is not null;

-- One row is one signed count of one property; of one local day where the kind has days.
drop table rollup;
create unlogged table rollup (
  property_id uuid,
  kind text not null check (kind in (
    'held', 'stock', 'leads', 'truncated', 'noop',
    'rows', 'without_time', 'bridged', 'without_lead', 'synced_before', 'delivered',
    'delivered_first')),
  day date not null,
  key text,
  n bigint not null,
  unique nulls not distinct (kind, day, property_id, key)
);
comment on table rollup is 'Counts per property and local day that add up over days and properties';
comment on column rollup.property_id is 'Property; null where the log names none';
comment on column rollup.kind is
  'held: leads in status key now; stock: leads that came into status key on the day less those that '
  'left it; leads, truncated, noop: as in data_quality; rows and the rest: settled rows of the log';
comment on column rollup.day is 'Local day of the property; -infinity for kinds without days and before the history';
comment on column rollup.key is 'Status of held and stock; direction of delivered; else null';
comment on column rollup.n is 'How many';

-- How far visit and rollup are. Unlogged like them: a crash empties all together, and the next
-- measurement computes everything again.
create unlogged table measured_state (
  one boolean primary key default true check (one),
  version integer not null,
  as_of timestamptz not null,
  watermark bigint not null
);
comment on table measured_state is 'The one row that says up to where visit and rollup tell of the log';
comment on column measured_state.version is 'Of the rules by which they were computed; others compute again';
comment on column measured_state.as_of is 'Rows that occurred later are left out of visit';
comment on column measured_state.watermark is 'Highest seq of the log that they take into account';

create unlogged table measured_waiting (
  seq bigint primary key
);
comment on table measured_waiting is 'One row of the log up to the watermark that was pending when last measured';

create unlogged table measured_property (
  property_id uuid primary key,
  timezone text not null
);
comment on table measured_property is 'The time zone by which the days of one property were counted';

create unlogged table measured_conversation (
  conversation_id uuid primary key,
  property_id uuid
);
comment on table measured_conversation is
  'The property of one conversation when it was taken for that of log rows that name none';

-- One row is one closed local day, direction and author whose count changed after it was published.
create table daily_revision (
  property_id uuid,
  day date not null,
  direction text,
  updated_by text,
  revised_at timestamptz not null,
  unique nulls not distinct (property_id, day, direction, updated_by)
);
comment on table daily_revision is 'A closed day whose count a late row or a repair changed; not derivable, so kept';
comment on column daily_revision.revised_at is 'as_of of the measurement that changed it last';

-- One row is one step of the funnel of the leads created in one period of the window.
create table metric_cohorts (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  grain text not null check (grain in ('day', 'week', 'month')),
  cohort_start date not null,
  timezone text,
  step_order integer not null,
  status text not null,
  maturity text not null check (maturity in ('mature', 'all')),
  reached bigint,
  visited bigint,
  skipped bigint,
  overall_rate double precision,
  overall_lo95 double precision,
  overall_hi95 double precision,
  lost bigint,
  open bigint,
  unique nulls not distinct (
    as_of, window_start, window_end, scope, property_id, grain, cohort_start, step_order, maturity)
);
comment on table metric_cohorts is 'One step of the funnel of the leads created in one day, week or month of the window';
comment on column metric_cohorts.as_of is 'The instant the figures are pinned to; nothing later is counted';
comment on column metric_cohorts.window_start is 'Start of the window, included';
comment on column metric_cohorts.window_end is 'End of the window, excluded';
comment on column metric_cohorts.scope is 'portfolio: all properties together; property: one';
comment on column metric_cohorts.property_id is 'Property; null for the portfolio and for leads without a known property';
comment on column metric_cohorts.property_name is 'Its name; null for the portfolio and where unknown';
comment on column metric_cohorts.grain is 'day, week (from Monday) or month: how long a cohort is';
comment on column metric_cohorts.cohort_start is 'First local day of the period, which may lie before the window; its leads are those of the window';
comment on column metric_cohorts.timezone is 'IANA name; for the portfolio the one all properties share, else mixed';
comment on column metric_cohorts.step_order is 'Rank of the status, 0 new to 5 leased';
comment on column metric_cohorts.status is 'Canonical status of the step';
comment on column metric_cohorts.maturity is 'mature: only leads created a whole funnel window before as_of; all: every lead of the cohort';
comment on column metric_cohorts.reached is 'Leads whose highest rank within the funnel window of creation is at least this step';
comment on column metric_cohorts.visited is 'Leads that entered this very status within the funnel window';
comment on column metric_cohorts.skipped is 'reached - visited';
comment on column metric_cohorts.overall_rate is 'reached / reached of the first step';
comment on column metric_cohorts.overall_lo95 is 'Lower end of the 95 % Wilson interval of overall_rate';
comment on column metric_cohorts.overall_hi95 is 'Upper end of the 95 % Wilson interval of overall_rate';
comment on column metric_cohorts.lost is 'Of the leads that got no further than this step, those lost at the end of their funnel window; null for leased';
comment on column metric_cohorts.open is 'Of the leads that got no further than this step, those not lost; null for leased';
create view metric_cohorts_latest as
select * from metric_cohorts where as_of = (select max(as_of) from metric_cohorts);
comment on view metric_cohorts_latest is 'metric_cohorts of the latest as_of';

do $$
declare
  relation regclass;
begin
  foreach relation in array array[
    'rollup', 'measured_state', 'measured_waiting', 'measured_property', 'measured_conversation',
    'daily_revision', 'metric_cohorts', 'metric_cohorts_latest']::regclass[]
  loop
    perform status_sync_grant('select, insert, update, delete, truncate', relation, 'status_sync_job');
    perform status_sync_grant('select', relation, 'status_sync_api');
    perform status_sync_grant('select', relation, 'status_sync_planner');
    perform status_sync_grant('select', relation, 'status_sync_reader');
  end loop;
end
$$;
