-- One row is one scope and kind of flaw in the log; a kind that did not occur has a row with 0. Flaws of
-- changes are counted in the window, flaws of rows, leads and names over the whole log, flaws of records in
-- the last pull.
insert into metric_data_quality (
  as_of, window_start, window_end, scope, property_id, property_name, issue, count, total, note)
with bounds as (
  select as_of
  from measure_scope
  where scope = 'portfolio'
),
leads as (
  select
    property_id,
    sum(n) filter (where kind = 'leads') as leads,
    coalesce(sum(n) filter (where kind = 'truncated'), 0) as truncated
  from rollup
  where kind in ('leads', 'truncated')
  group by property_id
),
unsettled as (
  select
    coalesce(
      log.property_id,
      (select conversation.property_id from conversation where conversation.id = log.conversation_id)
    ) as property_id,
    count(*) as rows,
    count(*) filter (where log.occurred_at is null) as without_time,
    count(*) filter (where log.bridged) as bridged,
    count(*) filter (where log.resman_lead_id is null and log.conversation_id is null) as without_lead,
    count(*) filter (where log.synced_at < log.occurred_at) as synced_before
  from status_sync_log as log
  where log.sync_status = 'pending'
    and log.seq <= (select current_setting('measure.stable_watermark')::bigint)
  group by 1
),
future as (
  select
    coalesce(
      log.property_id,
      (select conversation.property_id from conversation where conversation.id = log.conversation_id)
    ) as property_id,
    count(*) as future
  -- Selected by time, whatever the seq; "offset 0" keeps the planner from merging in the filter on seq.
  from (
    select *
    from status_sync_log
    where coalesce(occurred_at, created_at) > (select as_of from bounds)
    offset 0) as log
  where log.seq <= (select current_setting('measure.stable_watermark')::bigint)
  group by 1
),
logged as (
  select
    property_id,
    coalesce(sum(n) filter (where kind = 'rows'), 0) as rows,
    coalesce(sum(n) filter (where kind = 'without_time'), 0) as without_time,
    coalesce(sum(n) filter (where kind = 'bridged'), 0) as bridged,
    coalesce(sum(n) filter (where kind = 'without_lead'), 0) as without_lead,
    coalesce(sum(n) filter (where kind = 'synced_before'), 0) as synced_before,
    coalesce(sum(n) filter (where kind = 'noop'), 0) as noop
  from rollup
  where kind in ('rows', 'without_time', 'bridged', 'without_lead', 'synced_before', 'noop')
  group by property_id
  union all
  select property_id, rows, without_time, bridged, without_lead, synced_before, 0
  from unsettled
),
last_pull as (
  select sync_run.id
  from sync_run
  where sync_run.as_of <= (select as_of from bounds)
    and exists (select from run_pull where run_pull.run_id = sync_run.id)
  order by sync_run.as_of desc, sync_run.id
  limit 1
),
cell as (
  select change.property_id, figure.issue, figure.count, figure.total
  from measure_change as change
  cross join lateral (values
    ('continuity_break', discontinuous, changes),
    ('reopened', reopened, changes),
    ('illegal', illegal, changes),
    ('unknown_status', unknown_status, changes + creations)
  ) as figure (issue, count, total)
  union all
  select leads.property_id, figure.issue, figure.count, figure.total
  from leads
  cross join lateral (values
    ('truncated', truncated, leads),
    ('without_property', case when property_id is null then leads else 0 end, leads)
  ) as figure (issue, count, total)
  union all
  select logged.property_id, figure.issue, figure.count, figure.total
  from logged
  cross join lateral (values
    ('noop', noop, rows),
    ('future', 0, rows),
    ('without_time', without_time, rows),
    ('bridged', bridged, rows),
    ('without_lead', without_lead, rows),
    ('synced_before_it_occurred', synced_before, rows)
  ) as figure (issue, count, total)
  union all
  select property_id, 'future', future, 0
  from future
  union all
  select
    property.id,
    'unknown_timezone',
    case when btrim(property.timezone, E' \t\r\n') <> '' and known_timezone(property.timezone) <> btrim(property.timezone, E' \t\r\n')
      then 1 else 0 end,
    1
  from property
  union all
  select run_pull.property_id, 'future_version', run_pull.future_versions, run_pull.records
  from run_pull
  where run_pull.run_id = (select id from last_pull)
  union all
  select run_pull.property_id, 'bad_value', run_pull.bad_values, run_pull.described
  from run_pull
  where run_pull.run_id = (select id from last_pull)
  union all
  select run_pull.property_id, 'zoneless_time', run_pull.zoneless_times, run_pull.records
  from run_pull
  where run_pull.run_id = (select id from last_pull) and run_pull.zoneless_times is not null
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    issue,
    sum(count) as count,
    sum(total) as total
  from cell
  group by grouping sets ((property_id, issue), (issue))
),
issue as (
  select *
  from (values
    ('continuity_break', 'changes whose old status is not the new one of the row before; of the changes in the window'),
    ('reopened', 'changes out of leased or lost; of the changes in the window'),
    ('illegal', 'moves outside the transition rules; a repair carried over step by step is none; of the changes in the window'),
    ('unknown_status', 'entries into a status outside the vocabulary; of the entries in the window'),
    ('truncated', 'leads whose history starts before the log, or that were taken over as they were found: in the distribution, in no funnel; of all leads in it'),
    ('without_property', 'leads without a known property; of all leads'),
    ('noop', 'log rows that set the status the lead already had; of all log rows'),
    ('future', 'log rows later than as_of, left out until then; of all log rows'),
    ('future_version', 'records of the last pull whose updated_at is more than five minutes ahead of their reading; of all its records'),
    ('bad_value', 'values of the fields that describe (source, agent_id, tour_status, …) that cannot be used, each left out alone; total: records of the last pull that tell such a field'),
    ('zoneless_time', 'times of the last pull that named no zone and were read as the property''s; total: its records'),
    ('without_time', 'log rows without occurred_at, counted by created_at; of all log rows'),
    ('bridged', 'steps that StatusSync filled in between two statuses, not counted as stays; of all log rows'),
    ('without_lead', 'log rows that name neither a lead nor a conversation, left out; of all log rows'),
    ('synced_before_it_occurred', 'log rows synced before they occurred, by two clocks: in no latency; of all log rows'),
    ('unknown_timezone', 'properties whose time zone is no name of the IANA database, counted by UTC; of all properties')
  ) as issue (issue, note)
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  issue,
  coalesce(count, 0),
  coalesce(total, 0),
  note
from measure_scope
join issue
  -- only of systems that send such fields
  on (issue.issue <> 'bad_value' or exists (
    select from run_pull
    where run_pull.run_id = (select id from last_pull) and described + bad_values > 0))
  -- only of interfaces whose times may lack one
  and (issue.issue <> 'zoneless_time' or exists (
    select from run_pull
    where run_pull.run_id = (select id from last_pull) and zoneless_times is not null))
left join counted using (scope, key, issue)
