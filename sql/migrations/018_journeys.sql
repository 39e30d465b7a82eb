-- One row a lead in place of one a stay: what a stay owes to those around it is read off them, and a
-- night writes a fifth of the rows. All of it is derived; the first measurement after this migration
-- computes it from the log.
drop table visit;
create unlogged table journey (
  lead text primary key,
  property_id uuid,
  truncated boolean not null,
  status text[] not null,
  entered_at timestamptz[] not null,
  entered_day date[] not null,
  updated_by text[] not null,
  sync_direction text[] not null,
  illegal integer[],
  discontinuous integer[],
  noop_at timestamptz[],
  last_at timestamptz not null,
  open_since timestamptz
);
comment on table journey is 'The stays of one lead by the change stream, one element of the arrays each; rebuilt from status_sync_log';
comment on column journey.lead is 'resman_lead_id, or the conversation id where the log has no lead id';
comment on column journey.property_id is 'Property of the lead''s latest row; null where nothing names one';
comment on column journey.truncated is 'The history starts inside the first stay: counted in distribution only';
comment on column journey.status is 'Status as logged';
comment on column journey.entered_at is 'When the stay began; null where truncated';
comment on column journey.entered_day is 'entered_at as the property''s local day';
comment on column journey.updated_by is 'Who made the change that began it';
comment on column journey.sync_direction is 'Direction of the log row that began it';
comment on column journey.illegal is 'Places of stays whose log row does not follow the transition rules; null: none';
comment on column journey.discontinuous is 'Places of stays whose old status was not the new one of the row before; null: none';
comment on column journey.noop_at is 'When each log row came that set the status the lead had; null: none';
comment on column journey.last_at is 'When the lead''s latest row came';
comment on column journey.open_since is 'When the lead came into the status that it has, if that is neither leased nor lost; null else, and where it is not known';

-- The leads that may be stalled.
create index journey_open on journey (open_since) where open_since is not null;

-- One row is one stay.
create view visit as
select
  journey.lead,
  journey.property_id,
  case when journey.truncated then stay.place - 1 else stay.place end::integer as n,
  stay.status,
  stay.entered_at,
  journey.entered_at[stay.place + 1] as left_at,
  journey.status[stay.place - 1] as previous_status,
  journey.status[stay.place + 1] as next_status,
  stay.updated_by,
  stay.sync_direction,
  journey.truncated and stay.place = 1 as truncated,
  coalesce(stay.place <> all (journey.illegal), true) as legal,
  coalesce(stay.place <> all (journey.discontinuous), true) as continuous,
  stay.entered_day,
  journey.entered_day[stay.place + 1] as left_day,
  case when not journey.truncated then journey.entered_at[1] end as created_at
from journey
cross join lateral unnest(
  journey.status, journey.entered_at, journey.entered_day, journey.updated_by,
  journey.sync_direction)
  with ordinality as stay (status, entered_at, entered_day, updated_by, sync_direction, place);
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

truncate rollup, measured_state, measured_waiting, measured_property, measured_conversation;

do $$
declare
  relation regclass;
begin
  perform status_sync_grant('insert, update, delete, truncate', 'journey', 'status_sync_job');
  foreach relation in array array['journey', 'visit']::regclass[]
  loop
    perform status_sync_grant('select', relation, 'status_sync_job');
    perform status_sync_grant('select', relation, 'status_sync_api');
    perform status_sync_grant('select', relation, 'status_sync_planner');
    perform status_sync_grant('select', relation, 'status_sync_reader');
  end loop;
end
$$;

-- The widest of the tables that are written every night: an index of what tells their rows apart.
do $$
declare
  wide record;
begin
  for wide in
    select conrelid::regclass as relation, conname
    from pg_constraint
    where contype = 'u' and conrelid in ('metric_daily'::regclass, 'metric_distribution'::regclass)
  loop
    execute format('alter table %s drop constraint %I', wide.relation, wide.conname);
  end loop;
end
$$;
alter table metric_daily
  add unique nulls not distinct (as_of, scope, property_id, day, direction, updated_by);
alter table metric_distribution
  add unique nulls not distinct (as_of, scope, property_id, day, status);
