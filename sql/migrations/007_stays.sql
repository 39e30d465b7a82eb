-- What happened to each lead, from the change stream of the log: stays, day cells, and how far they are. All
-- of it is derived from status_sync_log and can be computed again from it. Unlogged: a crash only means that
-- the next measurement computes it again.

-- Rank of a canonical status; null for lost and for a status outside the vocabulary.
create function status_rank(status text) returns integer language sql immutable parallel safe as $$
  select case status
    when 'new' then 0 when 'contacted' then 1 when 'qualified' then 2
    when 'tour_scheduled' then 3 when 'application' then 4 when 'leased' then 5
  end
$$;
comment on function status_rank(text) is 'Place in the funnel, 0 new to 5 leased; null for lost and unknown';

-- Whether the transition rules allow the move; false where either status is unknown.
create function status_allows(old_status text, new_status text) returns boolean
language sql immutable parallel safe as $$
  select coalesce(case old_status
    when 'new' then new_status in ('contacted', 'qualified', 'lost')
    when 'contacted' then new_status in ('qualified', 'tour_scheduled', 'lost')
    when 'qualified' then new_status in ('tour_scheduled', 'application', 'lost')
    when 'tour_scheduled' then new_status in ('application', 'leased', 'lost')
    when 'application' then new_status in ('leased', 'lost')
  end, false)
$$;
comment on function status_allows(text, text) is 'Whether the transition rules allow the move';

-- One row is one settled row of the log as the figures read it; most have nothing odd.
create view settled_change as
select
  coalesce(log.resman_lead_id, log.conversation_id::text) as lead,
  coalesce(
    log.property_id,
    (select conversation.property_id from conversation where conversation.id = log.conversation_id)
  ) as property_id,
  case when isfinite(coalesce(log.occurred_at, log.created_at))
    then coalesce(log.occurred_at, log.created_at) end as at,
  log.seq,
  log.old_status,
  log.new_status,
  log.updated_by,
  log.sync_direction,
  case
    when log.bridged or log.irregular or log.sync_status is distinct from 'success'
      or log.attempts > 1 or log.occurred_at is null or log.synced_at < log.occurred_at
      or log.old_status is null
        and coalesce(log.updated_by, 'system') not in ('chatbot', 'resman_user')
      or log.context_data ? 'backfilled'
    then log.bridged::integer
      + 2 * log.irregular::integer
      + 4 * (log.sync_status is distinct from 'success')::integer
      + 8 * (log.attempts > 1)::integer
      + 16 * (log.occurred_at is null)::integer
      + 32 * coalesce(log.synced_at < log.occurred_at, false)::integer
      + 64 * (
        log.old_status is null
        and coalesce(log.updated_by, 'system') not in ('chatbot', 'resman_user')
        and (log.new_status is distinct from 'new'
          or coalesce(log.context_data ->> 'verdict' in ('baseline', 'unbased'), false)
            and not coalesce(log.context_data ? 'created', false)))::integer
      + 128 * coalesce(log.context_data ? 'backfilled', false)::integer
  end as odd,
  log.resman_lead_id,
  log.conversation_id
from status_sync_log as log
where log.sync_status is distinct from 'pending';
comment on view settled_change is 'One settled row of status_sync_log as the figures read it';
comment on column settled_change.lead is 'resman_lead_id, else the conversation id; null: neither';
comment on column settled_change.property_id is 'Property that the row names, else that of its conversation';
comment on column settled_change.at is 'When it occurred, else when it was written; null where that is not finite';
comment on column settled_change.odd is 'Sum of 1 bridged, 2 irregular, 4 failed, 8 not at the first attempt, 16 counted by when it was written, 32 synced before it occurred, 64 the lead was taken over as it was found, 128 told by ResMan''s history, not carried over; null: none';

-- One row is one way in which stays began.
create unlogged table entry_kind (
  id integer primary key,
  status text not null,
  updated_by text,
  sync_direction text,
  legal boolean not null,
  continuous boolean not null
);
comment on table entry_kind is 'One way in which stays began; stays.entries names it by number';
comment on column entry_kind.id is 'Consecutive from 0';
comment on column entry_kind.status is 'Status as logged';
comment on column entry_kind.updated_by is 'Who made the change; null where nobody is named, or the history starts later';
comment on column entry_kind.sync_direction is 'Direction of the log row; null where it has none, or the history starts later';
comment on column entry_kind.legal is 'The log row follows the transition rules; true for a creation';
comment on column entry_kind.continuous is 'Its old status was the new status of the row before; true for a first row';

-- One row is one lead.
create unlogged table stays (
  lead text primary key,
  property_id uuid,
  truncated boolean not null,
  entries integer[] not null,
  entered_at timestamptz[] not null,
  noop_at timestamptz[],
  ends_bridged boolean not null,
  last_at timestamptz not null,
  open_since timestamptz
);
comment on table stays is 'The stays of one lead by the change stream, one element of entries and of entered_at each; rebuilt from status_sync_log';
comment on column stays.lead is 'resman_lead_id, or the conversation id where the log has no lead id';
comment on column stays.property_id is 'Property of the lead''s latest row; null where nothing names one';
comment on column stays.truncated is 'The history starts inside the first stay, or the lead was taken over as it was found: counted in distribution only';
comment on column stays.entries is 'How each stay began: entry_kind.id';
comment on column stays.entered_at is 'When the stay began; of a truncated first stay when the lead was first found in it, null where only its end is known';
comment on column stays.noop_at is 'When each log row came that set the status the lead had; null: none';
comment on column stays.ends_bridged is 'The lead''s latest row is a bridged hop, which no stay tells of';
comment on column stays.last_at is 'When the lead''s latest row came, bridged hops apart';
comment on column stays.open_since is 'When the lead came into the status that it has, if that is neither leased nor lost; null else, and where it is not known';

-- One row is one stay.
create view visit as
select
  stays.lead,
  stays.property_id,
  case when stays.truncated then stay.place - 1 else stay.place end::integer as n,
  kind.status,
  case when not stays.truncated or stay.place > 1 then stay.entered_at end as entered_at,
  stays.entered_at[stay.place + 1] as left_at,
  (select status from entry_kind where id = stays.entries[stay.place - 1]) as previous_status,
  (select status from entry_kind where id = stays.entries[stay.place + 1]) as next_status,
  kind.updated_by,
  kind.sync_direction,
  stays.truncated and stay.place = 1 as truncated,
  kind.legal,
  kind.continuous,
  case when not stays.truncated or stay.place > 1
    then (stay.entered_at at time zone zone.name)::date end as entered_day,
  (stays.entered_at[stay.place + 1] at time zone zone.name)::date as left_day,
  case when not stays.truncated then stays.entered_at[1] end as created_at
from stays
left join property on property.id = stays.property_id
cross join lateral (select coalesce(known_timezone(property.timezone), 'UTC')) as zone (name)
cross join lateral unnest(stays.entries, stays.entered_at)
  with ordinality as stay (entry, entered_at, place)
join entry_kind as kind on kind.id = stay.entry;
comment on view visit is 'One stay of one lead in one status';
comment on column visit.lead is 'resman_lead_id, or the conversation id where the log has no lead id';
comment on column visit.property_id is 'Property of the lead''s latest row; null where nothing names one';
comment on column visit.n is '1 for the first stay after creation; 0 for a stay whose start the log does not have';
comment on column visit.status is 'Status as logged';
comment on column visit.entered_at is 'When the stay began; null where truncated';
comment on column visit.left_at is 'When it ended; null while it lasts';
comment on column visit.previous_status is 'Status of the stay before; null for a creation';
comment on column visit.next_status is 'Status it ended for; null while it lasts';
comment on column visit.updated_by is 'Who made the change that began it';
comment on column visit.sync_direction is 'Direction of the log row that began it';
comment on column visit.truncated is 'The history starts inside this stay: counted in distribution only';
comment on column visit.legal is 'The log row that began it follows the transition rules; true for a creation';
comment on column visit.continuous is 'Its old status was the new status of the row before; true for a first row';
comment on column visit.entered_day is 'entered_at as the property''s local day';
comment on column visit.left_day is 'left_at as the property''s local day';
comment on column visit.created_at is 'When the lead was created; null where its history starts earlier';

-- One row is one signed count of one property; of one local day where the kind has days.
create unlogged table rollup (
  property_id uuid,
  kind text not null check (kind in (
    'held', 'stock', 'leads', 'created', 'truncated', 'noop',
    'rows', 'without_time', 'bridged', 'without_lead', 'synced_before', 'delivered',
    'delivered_retried')),
  day date not null,
  key text,
  n bigint not null,
  unique nulls not distinct (kind, property_id, day, key)
);
comment on table rollup is 'Counts per property and local day that add up over days and properties';
comment on column rollup.property_id is 'Property; null where the log names none';
comment on column rollup.kind is
  'held: leads in status key now; stock: leads that came into status key on the day less those that '
  'left it; leads, truncated, noop: as in data_quality; rows and the rest: settled rows of the log';
comment on column rollup.day is 'Local day of the property; -infinity for kinds without days and before the history';
comment on column rollup.key is 'Status of held and stock; direction of delivered; else null';
comment on column rollup.n is 'How many; a cell may have come down to 0';

-- How far stays and rollup are. Unlogged like them: a crash empties all together, and the next
-- measurement computes everything again.
create unlogged table measured_state (
  one boolean primary key default true check (one),
  version integer not null,
  as_of timestamptz not null,
  watermark bigint not null
);
comment on table measured_state is 'The one row that says up to where stays and rollup tell of the log';
comment on column measured_state.version is 'Of the rules by which they were computed; others compute again';
comment on column measured_state.as_of is 'Rows that occurred later are left out of stays';
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

select status_sync_grant('insert, update, delete, truncate', relation::regclass, 'status_sync_job')
from unnest(array[
  'entry_kind', 'stays', 'rollup', 'measured_state', 'measured_waiting', 'measured_property',
  'measured_conversation', 'daily_revision']) as relation;
select status_sync_grant('select', relation::regclass, wanted)
from unnest(array[
    'settled_change', 'entry_kind', 'stays', 'visit', 'rollup', 'measured_state', 'measured_waiting',
    'measured_property', 'measured_conversation', 'daily_revision']) as relation
cross join unnest(array[
    'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;
