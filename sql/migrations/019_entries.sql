-- A journey says of each stay when it began and how, the latter by number: a night reads and writes
-- half as much. Local days are computed where they are wanted. All of it is derived; the first
-- measurement after this migration computes it from the log.
drop view visit;
drop table journey;

create unlogged table entry_kind (
  id integer primary key,
  status text not null,
  updated_by text,
  sync_direction text,
  legal boolean not null,
  continuous boolean not null
);
comment on table entry_kind is 'One way in which stays began; journey.entries names it by number';
comment on column entry_kind.id is 'Consecutive from 0';
comment on column entry_kind.status is 'Status as logged';
comment on column entry_kind.updated_by is 'Who made the change; null where nobody is named, or the history starts later';
comment on column entry_kind.sync_direction is 'Direction of the log row; null where it has none, or the history starts later';
comment on column entry_kind.legal is 'The log row follows the transition rules; true for a creation';
comment on column entry_kind.continuous is 'Its old status was the new status of the row before; true for a first row';

create unlogged table journey (
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
comment on table journey is 'The stays of one lead by the change stream, one element of entries and of entered_at each; rebuilt from status_sync_log';
comment on column journey.lead is 'resman_lead_id, or the conversation id where the log has no lead id';
comment on column journey.property_id is 'Property of the lead''s latest row; null where nothing names one';
comment on column journey.truncated is 'The history starts inside the first stay: counted in distribution only';
comment on column journey.entries is 'How each stay began: entry_kind.id';
comment on column journey.entered_at is 'When the stay began; null where truncated';
comment on column journey.noop_at is 'When each log row came that set the status the lead had; null: none';
comment on column journey.ends_bridged is 'The lead''s latest row is a bridged hop, which no stay tells of';
comment on column journey.last_at is 'When the lead''s latest row came, bridged hops apart';
comment on column journey.open_since is 'When the lead came into the status that it has, if that is neither leased nor lost; null else, and where it is not known';

-- One row is one stay.
create view visit as
select
  journey.lead,
  journey.property_id,
  case when journey.truncated then stay.place - 1 else stay.place end::integer as n,
  kind.status,
  stay.entered_at,
  journey.entered_at[stay.place + 1] as left_at,
  (select status from entry_kind where id = journey.entries[stay.place - 1]) as previous_status,
  (select status from entry_kind where id = journey.entries[stay.place + 1]) as next_status,
  kind.updated_by,
  kind.sync_direction,
  journey.truncated and stay.place = 1 as truncated,
  kind.legal,
  kind.continuous,
  (stay.entered_at at time zone zone.name)::date as entered_day,
  (journey.entered_at[stay.place + 1] at time zone zone.name)::date as left_day,
  case when not journey.truncated then journey.entered_at[1] end as created_at
from journey
left join property on property.id = journey.property_id
cross join lateral (select coalesce(known_timezone(property.timezone), 'UTC')) as zone (name)
cross join lateral unnest(journey.entries, journey.entered_at)
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
    then log.bridged::integer
      + 2 * log.irregular::integer
      + 4 * (log.sync_status is distinct from 'success')::integer
      + 8 * (log.attempts > 1)::integer
      + 16 * (log.occurred_at is null)::integer
      + 32 * coalesce(log.synced_at < log.occurred_at, false)::integer
  end as odd,
  log.resman_lead_id,
  log.conversation_id
from status_sync_log as log
where log.sync_status is distinct from 'pending';
comment on view settled_change is 'One settled row of status_sync_log as the figures read it';
comment on column settled_change.lead is 'resman_lead_id, else the conversation id; null: neither';
comment on column settled_change.property_id is 'Property that the row names, else that of its conversation';
comment on column settled_change.at is 'When it occurred, else when it was written; null where that is not finite';
comment on column settled_change.odd is 'Sum of 1 bridged, 2 irregular, 4 failed, 8 not at the first attempt, 16 counted by when it was written, 32 synced before it occurred; null: none';

truncate rollup, measured_state, measured_waiting, measured_property, measured_conversation;

-- What is asked of the cells is asked property by property; and of rows that succeeded hardly any did so
-- at a later attempt than the first.
do $$
declare
  old record;
begin
  for old in
    select conname
    from pg_constraint
    where conrelid = 'rollup'::regclass and contype in ('u', 'c')
  loop
    execute format('alter table rollup drop constraint %I', old.conname);
  end loop;
end
$$;
alter table rollup
  add check (kind in (
    'held', 'stock', 'leads', 'truncated', 'noop',
    'rows', 'without_time', 'bridged', 'without_lead', 'synced_before', 'delivered',
    'delivered_retried')),
  add unique nulls not distinct (kind, property_id, day, key);
comment on column rollup.n is 'How many; a cell may have come down to 0';

do $$
declare
  relation regclass;
begin
  foreach relation in array array['journey', 'entry_kind']::regclass[]
  loop
    perform status_sync_grant('insert, update, delete, truncate', relation, 'status_sync_job');
  end loop;
  foreach relation in array array['journey', 'entry_kind', 'visit', 'settled_change']::regclass[]
  loop
    perform status_sync_grant('select', relation, 'status_sync_job');
    perform status_sync_grant('select', relation, 'status_sync_api');
    perform status_sync_grant('select', relation, 'status_sync_planner');
    perform status_sync_grant('select', relation, 'status_sync_reader');
  end loop;
end
$$;
