-- What people who compute and watch figures of their own need: each lead with the times of its statuses, and targets.

-- One row is one lead that the log tells of.
create view lead_times as
select
  (select as_of from measured_state) as as_of,
  stays.property_id,
  stays.lead as resman_lead_id,
  lead.conversation_id,
  course.status,
  case when not stays.truncated then stays.entered_at[1] end as created_at,
  case when not stays.truncated or cardinality(stays.entries) > 1
    then stays.entered_at[cardinality(stays.entries)] end as status_since,
  course.contacted_at,
  course.qualified_at,
  course.tour_scheduled_at,
  course.application_at,
  course.leased_at,
  course.lost_at,
  cardinality(stays.entries) - 1 as changes,
  not stays.truncated as is_whole
from stays
left join lead on lead.resman_lead_id = stays.lead
-- The first stay in each status: of a truncated one it is not known when it began.
cross join lateral (
  select
    max(kind.status) filter (where stay.place = cardinality(stays.entries)) as status,
    (array_agg(stay.entered_at order by stay.place) filter (where kind.status = 'contacted'))[1] as contacted_at,
    (array_agg(stay.entered_at order by stay.place) filter (where kind.status = 'qualified'))[1] as qualified_at,
    (array_agg(stay.entered_at order by stay.place) filter (where kind.status = 'tour_scheduled'))[1] as tour_scheduled_at,
    (array_agg(stay.entered_at order by stay.place) filter (where kind.status = 'application'))[1] as application_at,
    (array_agg(stay.entered_at order by stay.place) filter (where kind.status = 'leased'))[1] as leased_at,
    (array_agg(stay.entered_at order by stay.place) filter (where kind.status = 'lost'))[1] as lost_at
  from unnest(
    stays.entries,
    case when stays.truncated then array[null::timestamptz] || stays.entered_at[2:] else stays.entered_at end)
    with ordinality as stay (entry, entered_at, place)
  join entry_kind as kind on kind.id = stay.entry
) as course;
comment on view lead_times is 'One lead that the log tells of, with the times of its statuses, as of the newest measurement';
comment on column lead_times.as_of is 'The instant the row is pinned to; nothing later is counted';
comment on column lead_times.property_id is 'The property; null: not known';
comment on column lead_times.resman_lead_id is 'The lead, by id; the conversation''s where the log has no other';
comment on column lead_times.conversation_id is 'The conversation that speaks for DomIQ; null: none is known';
comment on column lead_times.status is 'Status at as_of, as logged';
comment on column lead_times.created_at is 'When it was created; null: the history starts later';
comment on column lead_times.status_since is 'Since when it has the status; null: the history starts later';
comment on column lead_times.contacted_at is 'When it first entered contacted; null: it never did, or before the history';
comment on column lead_times.qualified_at is 'When it first entered qualified; null: it never did, or before the history';
comment on column lead_times.tour_scheduled_at is 'When it first entered tour_scheduled; null: it never did, or before the history';
comment on column lead_times.application_at is 'When it first entered application; null: it never did, or before the history';
comment on column lead_times.leased_at is 'When it first entered leased; null: it never did, or before the history';
comment on column lead_times.lost_at is 'When it was first lost; null: it never was, or before the history';
comment on column lead_times.changes is 'Changes of its status since its creation, or since the history starts';
comment on column lead_times.is_whole is 'Whether it is known from its creation: only such leads are in funnels and times';

select status_sync_grant('select', 'lead_times', wanted)
from unnest(array[
    'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;

-- One row is one target of the configuration at one place.
create table metric_alerts (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  target text not null,
  figure text not null,
  status text,
  value double precision,
  n double precision,
  unit text,
  limit_kind text not null check (limit_kind in ('at_least', 'at_most', 'falls_percent', 'rises_percent')),
  limit_value double precision not null,
  baseline double precision,
  change_percent double precision,
  min_n bigint not null,
  weeks bigint not null,
  weeks_missed bigint not null,
  verdict text not null check (verdict in ('met', 'missed', 'too few', 'too early', 'not known')),
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, target)
);
comment on table metric_alerts is 'One target of the configuration beside the figure as measured';
comment on column metric_alerts.as_of is 'The instant the figures are pinned to; nothing later is counted';
comment on column metric_alerts.window_start is 'Start of the window, included';
comment on column metric_alerts.window_end is 'End of the window, excluded';
comment on column metric_alerts.scope is 'portfolio: all properties together; property: one';
comment on column metric_alerts.property_id is 'The property; null: the portfolio, or leads without a known property';
comment on column metric_alerts.property_name is 'Its name; null: the portfolio, or a property without a name';
comment on column metric_alerts.target is 'Name of the target in the configuration';
comment on column metric_alerts.figure is 'Figure it is about: a named one of performance.csv, or table and column';
comment on column metric_alerts.status is 'Status it is about; null: about no single status';
comment on column metric_alerts.value is 'The figure, in unit; null: not known';
comment on column metric_alerts.n is 'Denominator of the figure; null: it has none, or not known';
comment on column metric_alerts.unit is 'count, rate, seconds, days or rank; null: not measured';
comment on column metric_alerts.limit_kind is 'at_least, at_most, or in per cent of the baseline falls_percent, rises_percent';
comment on column metric_alerts.limit_value is 'The limit, in unit, or in per cent';
comment on column metric_alerts.baseline is 'The figure of the newest window that ends before those judged begin; null: the limit is no per cent, or none was measured';
comment on column metric_alerts.change_percent is 'value against baseline, in per cent of it; null: there is no baseline, or it is 0';
comment on column metric_alerts.min_n is 'With a smaller n there is no verdict';
comment on column metric_alerts.weeks is 'Weeks running in which it has to be missed';
comment on column metric_alerts.weeks_missed is 'Weeks running in which it was missed, up to weeks';
comment on column metric_alerts.verdict is 'met, missed, too few (n below min_n), too early (a week or the baseline was not measured) or not known';
create view metric_alerts_latest as
select * from metric_alerts where as_of = (select latest_measurement());
comment on view metric_alerts_latest is 'metric_alerts of the newest night';
select status_sync_grant('select, insert, update, delete, truncate', relation::regclass, 'status_sync_job')
from unnest(array['metric_alerts', 'metric_alerts_latest']) as relation;
select status_sync_grant('select', relation::regclass, wanted)
from unnest(array['metric_alerts', 'metric_alerts_latest']) as relation
cross join unnest(array['status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;
