-- Which measurements analysts are shown, what the change stream begins with, and figures that close.

-- One row is one measurement whose figures the metric_ tables hold.
create table measurement (
  as_of timestamptz primary key,
  window_start timestamptz not null,
  window_end timestamptz not null,
  run_id uuid,
  standard boolean not null
);
comment on table measurement is 'One measurement whose figures the metric_ tables hold';
comment on column measurement.as_of is 'The instant its figures are pinned to';
comment on column measurement.window_start is 'Start of the window, included';
comment on column measurement.window_end is 'End of the window, excluded';
comment on column measurement.run_id is 'The run that measured; null: a report asked for by hand';
comment on column measurement.standard is 'The configured window that ends at as_of: what reports are compared by';

insert into measurement (as_of, window_start, window_end, run_id, standard)
select known.as_of, known.window_start, known.window_end, run.id, run.id is not null
from (select distinct as_of, window_start, window_end from metric_performance) as known
left join lateral (
  select id
  from sync_run
  where sync_run.as_of = known.as_of
    and known.window_end = known.as_of
  order by started_at
  limit 1
) as run on true
on conflict do nothing;

create function latest_measurement() returns timestamptz language sql stable as $$
  select coalesce(max(as_of) filter (where run_id is not null), max(as_of))
  from measurement
  where standard
$$;
comment on function latest_measurement() is
  'as_of of the newest run''s figures; before the first run, of the newest report of the standard window';

-- What closes the sums: in and out of each status by day, moves outside the rules, and all who are there.
alter table metric_distribution
  add column created bigint,
  add column moved_in bigint,
  add column moved_out bigint;
comment on column metric_distribution.created is 'Leads created in the status that day; null: measured before there was this column';
comment on column metric_distribution.moved_in is 'Changes into the status that day; null as created';
comment on column metric_distribution.moved_out is 'Changes out of the status that day; null as created';
alter table metric_transitions
  add column illegal bigint;
comment on column metric_transitions.legal is 'Whether the transition rules allow it in one step';
comment on column metric_transitions.illegal is 'Changes outside the transition rules: not those carried over step by step; null: measured before there was this column';
alter table metric_time_in_status
  add column n_in_status bigint;
comment on column metric_time_in_status.n_open is 'Stays begun in the window that still last at as_of';
comment on column metric_time_in_status.oldest_open_seconds is 'Age at as_of of the oldest of n_open';
comment on column metric_time_in_status.n_in_status is 'Leads in the status at as_of, whenever they came; null: measured before there was this column';

do $$
declare
  name text;
begin
  foreach name in array array[
    'funnel', 'time_in_status', 'conversion', 'transitions', 'daily', 'distribution', 'delivery',
    'performance', 'changes', 'anomalies', 'stalled', 'restatements', 'data_quality', 'cohorts']
  loop
    execute format(
      'create or replace view metric_%1$s_latest as select * from metric_%1$s'
      ' where as_of = (select latest_measurement())', name);
    execute format('comment on view metric_%1$s_latest is %2$L', name,
      'metric_' || name || ' of the newest night');
  end loop;
end
$$;

-- A lead that was taken over as it was found is no creation: its history starts inside that stay.
create or replace view settled_change as
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
comment on column settled_change.odd is 'Sum of 1 bridged, 2 irregular, 4 failed, 8 not at the first attempt, 16 counted by when it was written, 32 synced before it occurred, 64 the lead was taken over as it was found, 128 told by ResMan''s history, not carried over; null: none';

create or replace view visit as
select
  journey.lead,
  journey.property_id,
  case when journey.truncated then stay.place - 1 else stay.place end::integer as n,
  kind.status,
  case when not journey.truncated or stay.place > 1 then stay.entered_at end as entered_at,
  journey.entered_at[stay.place + 1] as left_at,
  (select status from entry_kind where id = journey.entries[stay.place - 1]) as previous_status,
  (select status from entry_kind where id = journey.entries[stay.place + 1]) as next_status,
  kind.updated_by,
  kind.sync_direction,
  journey.truncated and stay.place = 1 as truncated,
  kind.legal,
  kind.continuous,
  case when not journey.truncated or stay.place > 1
    then (stay.entered_at at time zone zone.name)::date end as entered_day,
  (journey.entered_at[stay.place + 1] at time zone zone.name)::date as left_day,
  case when not journey.truncated then journey.entered_at[1] end as created_at
from journey
left join property on property.id = journey.property_id
cross join lateral (select coalesce(known_timezone(property.timezone), 'UTC')) as zone (name)
cross join lateral unnest(journey.entries, journey.entered_at)
  with ordinality as stay (entry, entered_at, place)
join entry_kind as kind on kind.id = stay.entry;
comment on column journey.truncated is 'The history starts inside the first stay, or the lead was taken over as it was found: counted in distribution only';
comment on column journey.entered_at is 'When the stay began; of a truncated first stay when the lead was first found in it, null where only its end is known';

-- The next measurement computes what is derived from the log anew.
truncate rollup, measured_state, measured_waiting, measured_property, measured_conversation;
do $$
declare
  old record;
begin
  for old in
    select conname from pg_constraint where conrelid = 'rollup'::regclass and contype = 'c'
  loop
    execute format('alter table rollup drop constraint %I', old.conname);
  end loop;
end
$$;
alter table rollup
  add check (kind in (
    'held', 'stock', 'leads', 'created', 'truncated', 'noop',
    'rows', 'without_time', 'bridged', 'without_lead', 'synced_before', 'delivered',
    'delivered_retried'));

do $$
begin
  perform status_sync_grant('select, insert, update, delete', 'measurement', 'status_sync_job');
  perform status_sync_grant('select', 'measurement', 'status_sync_api');
  perform status_sync_grant('select', 'measurement', 'status_sync_planner');
  perform status_sync_grant('select', 'measurement', 'status_sync_reader');
end
$$;
