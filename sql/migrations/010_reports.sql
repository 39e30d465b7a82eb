-- Reports for people: messages of the outbox that no status change caused, each lead with the times of its statuses,
-- and the figures that managers and analysts load beside those of 008: unanswered leads, weeks, curves, what describes
-- leads (sources, lost reasons, tours, agents), and targets.

-- A report is a message that no status change caused: origin_id is the report, the same for every night that would
-- send it again.
alter table notification alter column log_id drop not null;
alter table notification add column html text;
alter table notification add column attachment text;
alter table notification drop constraint notification_origin_check;
alter table notification add constraint notification_origin_check
  check (origin in ('preference', 'workflow', 'follow_up', 'prospect', 'report'));
alter table notification add check ((origin = 'report') = (log_id is null));
alter table notification add check (origin <> 'report' or origin_id is not null);
create unique index notification_report_once on notification (origin_id, channel, mailbox)
  where origin = 'report' and mailbox is not null;
comment on column notification.origin is
  'preference: a row of status_notification_preferences; workflow: an action of a rule; follow_up: a '
  'follow-up that fell due; prospect: the prospect''s own notice; report: a report of a day or a week. origin_id is '
  'that row''s id, for a prospect the conversation''s, for a report one of its period and what it is about';
comment on column notification.log_id is 'The change it is about; null: it is a report';
comment on column notification.html is
  'The same as body as a page that mail programs show; null: there is none, or the message was accepted';
comment on column notification.attachment is 'Path of a file that goes with an email; null: none';

alter table property add column if not exists hours text;
comment on column property.hours is 'When its office is open, by its own clock: 9-18 or 09:00-17:30 for every day; or the days that it is open, mon 9-18, tue 9-18, sat 10-16; null, or what cannot be read, means 9-18 every day';

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
  not stays.truncated as is_whole,
  known.source
from stays
left join lead on lead.resman_lead_id = stays.lead
left join described_lead as known on known.resman_lead_id = stays.lead
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
comment on column lead_times.source is 'Where it came from first, as last told; null: not known';

select status_sync_grant('select', 'lead_times', wanted)
from unnest(array[
    'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;

-- One row is one lead that nobody has answered for a day or longer.
create table metric_unanswered (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  resman_lead_id text not null,
  waiting_since timestamptz not null,
  waiting_seconds double precision not null,
  over_48h boolean not null,
  from_creation boolean not null,
  agent_name text,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, resman_lead_id)
);
comment on table metric_unanswered is 'One lead of the window that nobody has answered for 24 hours or longer; property scope only';
comment on column metric_unanswered.resman_lead_id is 'The lead, by id; no personal data';
comment on column metric_unanswered.waiting_since is 'Since when it is new: its creation, or when it was first found so';
comment on column metric_unanswered.waiting_seconds is 'For how long, at as_of: 24 hours or longer';
comment on column metric_unanswered.over_48h is 'Whether that is 48 hours or longer';
comment on column metric_unanswered.from_creation is 'Whether its creation is known; if not, it waits at least that long';
comment on column metric_unanswered.agent_name is 'The staff member in charge; null: not known';
create view metric_unanswered_latest as
select * from metric_unanswered where as_of = (select latest_measurement());
comment on view metric_unanswered_latest is 'metric_unanswered of the newest night';

-- One row is one figure of one week.
create table metric_weeks (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  week_start date not null,
  timezone text,
  weeks_ago integer not null,
  complete boolean not null,
  metric text not null,
  basis text not null check (basis in ('event', 'cohort')),
  numerator bigint,
  denominator bigint,
  value double precision,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, week_start, metric)
);
comment on table metric_weeks is 'One figure of one local week, Monday to Sunday: the running one and the five before';
comment on column metric_weeks.week_start is 'Its Monday, a local day of the property';
comment on column metric_weeks.timezone is 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';
comment on column metric_weeks.weeks_ago is '0: the week that as_of is in; 5: the first of the four before last week';
comment on column metric_weeks.complete is 'Whether the week was over at as_of, at every property';
comment on column metric_weeks.metric is 'Name of the figure';
comment on column metric_weeks.basis is 'event: what happened in the week; cohort: what became of the leads created in it';
comment on column metric_weeks.numerator is 'Numerator of a share; null: a count, or not known';
comment on column metric_weeks.denominator is 'How many leads a share rests on; null: a count, or not known';
comment on column metric_weeks.value is 'The count, or the share from 0 to 1; null: the window or the history begins later, or there is no lead';
create view metric_weeks_latest as
select * from metric_weeks where as_of = (select latest_measurement());
comment on view metric_weeks_latest is 'metric_weeks of the newest night';

-- One row is one point of one curve.
create table metric_curves (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  curve text not null check (curve in ('tour', 'lease')),
  day integer not null,
  leads bigint not null,
  reached bigint not null,
  waiting bigint not null,
  probability double precision,
  lo95 double precision,
  hi95 double precision,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, curve, day)
);
comment on table metric_curves is 'One point of the cumulative incidence of a tour or a lease over the days since a lead''s creation';
comment on column metric_curves.curve is 'tour: tour_scheduled or any higher rank; lease: leased';
comment on column metric_curves.day is 'Days since the creation of a lead, 24 hours each';
comment on column metric_curves.leads is 'Leads created in the window';
comment on column metric_curves.reached is 'Those seen to reach it within that time';
comment on column metric_curves.waiting is 'Those watched for longer that had neither reached it nor been lost by then';
comment on column metric_curves.probability is 'Probability of reaching it within that time, loss competing (Aalen-Johansen); null: nobody was watched that long while some still waited';
comment on column metric_curves.lo95 is 'Lower end of its 95 % log-log interval; null: probability is, or is 0 or 1';
comment on column metric_curves.hi95 is 'Upper end of its 95 % log-log interval; null: probability is, or is 0 or 1';
create view metric_curves_latest as
select * from metric_curves where as_of = (select latest_measurement());
comment on view metric_curves_latest is 'metric_curves of the newest night';

create table metric_sources (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  kind text not null check (kind in ('source', 'rest', 'unknown')),
  source text,
  step_order integer not null,
  status text not null,
  maturity text not null check (maturity in ('mature', 'all')),
  reached bigint,
  overall_rate double precision,
  overall_lo95 double precision,
  overall_hi95 double precision,
  lost bigint,
  open bigint,
  share double precision,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, kind, source, step_order, maturity)
);
comment on table metric_sources is 'One step of the funnel of the leads created in the window that came from one source';
comment on column metric_sources.kind is 'source; rest: those beyond the 50 largest of the scope together; unknown: no system tells a source';
comment on column metric_sources.source is 'Where the lead came from first, in the spelling of most records; capitals do not tell sources apart; null: kind is not source';
comment on column metric_sources.step_order is 'Rank of the status, 0 new to 5 leased';
comment on column metric_sources.status is 'Canonical status of the step';
comment on column metric_sources.maturity is 'mature: only leads created a whole funnel window before as_of; all: every lead';
comment on column metric_sources.reached is 'Leads whose highest rank within the funnel window of creation is at least this step';
comment on column metric_sources.overall_rate is 'reached / reached of the first step; null: no lead';
comment on column metric_sources.overall_lo95 is 'Lower end of the 95 % Wilson interval of overall_rate; null: no lead';
comment on column metric_sources.overall_hi95 is 'Upper end of the 95 % Wilson interval of overall_rate; null: no lead';
comment on column metric_sources.lost is 'Leads that got no further than this step and were lost at the end of their funnel window; null: leased: nothing comes after it';
comment on column metric_sources.open is 'Leads that got no further than this step and were not lost; null: leased: nothing comes after it';
comment on column metric_sources.share is 'Leads of the source / all leads of the scope and maturity; null: no lead';
create view metric_sources_latest as
select * from metric_sources where as_of = (select latest_measurement());
comment on view metric_sources_latest is 'metric_sources of the newest night';

create table metric_lost_reasons (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  kind text not null check (kind in ('reason', 'rest', 'unknown')),
  reason text,
  place bigint,
  lost bigint,
  share double precision,
  lo95 double precision,
  hi95 double precision,
  lost_before bigint,
  share_before double precision,
  difference double precision,
  difference_lo95 double precision,
  difference_hi95 double precision,
  verdict text check (verdict in ('up', 'down', 'no clear change', 'too few')),
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, kind, reason)
);
comment on table metric_lost_reasons is 'One reason of the leads that came to be lost in the window';
comment on column metric_lost_reasons.kind is 'reason; rest: those beyond the 50 most frequent of the scope together; unknown: no system tells a reason';
comment on column metric_lost_reasons.reason is 'The reason last told, in the spelling of most records; null: kind is not reason';
comment on column metric_lost_reasons.place is '1 for the most frequent reason; null: kind is not reason';
comment on column metric_lost_reasons.lost is 'Leads lost for this reason';
comment on column metric_lost_reasons.share is 'lost / all leads lost in the window; null: no lead was lost';
comment on column metric_lost_reasons.lo95 is 'Lower end of the 95 % Wilson interval of share; null: no lead was lost';
comment on column metric_lost_reasons.hi95 is 'Upper end of the 95 % Wilson interval of share; null: no lead was lost';
comment on column metric_lost_reasons.lost_before is 'The same of the window of equal length before; null: the history does not cover it';
comment on column metric_lost_reasons.share_before is 'lost_before / all leads lost in that window; null: the history does not cover it, or no lead was lost';
comment on column metric_lost_reasons.difference is 'share - share_before; null: either is not known';
comment on column metric_lost_reasons.difference_lo95 is 'Lower end of the 95 % interval of the difference, by Newcombe''s method 10; null: difference is not known';
comment on column metric_lost_reasons.difference_hi95 is 'Upper end of the same interval; null: difference is not known';
comment on column metric_lost_reasons.verdict is 'up or down where the interval leaves out 0, else no clear change; too few: below 30 lost leads in either window. Each reason is tested alone; null: the history does not cover the window before';
create view metric_lost_reasons_latest as
select * from metric_lost_reasons where as_of = (select latest_measurement());
comment on view metric_lost_reasons_latest is 'metric_lost_reasons of the newest night';

create table metric_tours (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  booked bigint,
  showed bigint,
  cancelled bigint,
  upcoming bigint,
  not_recorded_as_shown bigint,
  no_show bigint,
  unknown bigint,
  showed_rate double precision,
  lo95 double precision,
  hi95 double precision,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id)
);
comment on table metric_tours is 'The leads that came to tour_scheduled in the window, by what is told of the tour';
comment on column metric_tours.booked is 'Leads with a tour: showed + cancelled + upcoming + not_recorded_as_shown + unknown';
comment on column metric_tours.showed is 'Recorded as shown';
comment on column metric_tours.cancelled is 'Recorded as cancelled';
comment on column metric_tours.upcoming is 'Told as booked, and the lead is in tour_scheduled still';
comment on column metric_tours.not_recorded_as_shown is 'Neither recorded as shown nor as cancelled, and over: at most so many did not come';
comment on column metric_tours.no_show is 'Of these, recorded as not come; not every system can';
comment on column metric_tours.unknown is 'No system tells anything of the tour';
comment on column metric_tours.showed_rate is 'showed / (showed + not_recorded_as_shown): at least so many came; null: no tour is over';
comment on column metric_tours.lo95 is 'Lower end of the 95 % Wilson interval of showed_rate; null: no tour is over';
comment on column metric_tours.hi95 is 'Upper end of the 95 % Wilson interval of showed_rate; null: no tour is over';
create view metric_tours_latest as
select * from metric_tours where as_of = (select latest_measurement());
comment on view metric_tours_latest is 'metric_tours of the newest night';

create table metric_agents (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  kind text not null check (kind in ('agent', 'rest', 'unknown')),
  agent_id text,
  agent_name text,
  leads bigint,
  contacted bigint,
  toured bigint,
  leased bigint,
  lost bigint,
  open bigint,
  leased_rate double precision,
  lo95 double precision,
  hi95 double precision,
  place bigint,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, kind, agent_id, agent_name)
);
comment on table metric_agents is 'One staff member, with the leads created in the window that the member has in charge';
comment on column metric_agents.kind is 'agent; rest: those beyond the 100 with the most leads of the scope together; unknown: no system tells who is in charge';
comment on column metric_agents.agent_id is 'The staff member; null: known by name alone, or kind is not agent';
comment on column metric_agents.agent_name is 'The name; null: not known, or kind is not agent';
comment on column metric_agents.leads is 'Leads created in the window; what follows is of these';
comment on column metric_agents.contacted is 'Reached contacted or more within the funnel window of creation';
comment on column metric_agents.toured is 'Reached tour_scheduled or more in that time';
comment on column metric_agents.leased is 'Reached leased in that time';
comment on column metric_agents.lost is 'Did not reach leased, and were lost at the end of that time';
comment on column metric_agents.open is 'The others';
comment on column metric_agents.leased_rate is 'leased / leads; null: fewer than 20 leads';
comment on column metric_agents.lo95 is 'Lower end of the 95 % Wilson interval of leased_rate; null: fewer than 20 leads';
comment on column metric_agents.hi95 is 'Upper end of the 95 % Wilson interval of leased_rate; null: fewer than 20 leads';
comment on column metric_agents.place is '1 for the highest lo95 of the scope; null: fewer than 20 leads, or kind is not agent';
create view metric_agents_latest as
select * from metric_agents where as_of = (select latest_measurement());
comment on view metric_agents_latest is 'metric_agents of the newest night';

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

-- The columns that every table begins with mean the same in each.
do $$
declare
  name text;
begin
  foreach name in array array[
    'unanswered', 'weeks', 'curves', 'sources', 'lost_reasons', 'tours', 'agents', 'alerts']
  loop
    execute format('comment on column metric_%s.as_of is %L', name,
      'The instant the figures are pinned to; nothing later is counted');
    execute format('comment on column metric_%s.window_start is %L', name,
      'Start of the window, included');
    execute format('comment on column metric_%s.window_end is %L', name,
      'End of the window, excluded');
    execute format('comment on column metric_%s.scope is %L', name,
      'portfolio: all properties together; property: one');
    execute format('comment on column metric_%s.property_id is %L', name,
      'The property; null: the portfolio, or leads without a known property');
    execute format('comment on column metric_%s.property_name is %L', name,
      'Its name; null: the portfolio, or a property without a name');
  end loop;
end
$$;

select status_sync_grant('select, insert, update, delete, truncate', relation::regclass, 'status_sync_job')
from (
  select 'metric_' || name || ending
  from unnest(array[
      'unanswered', 'weeks', 'curves', 'sources', 'lost_reasons', 'tours', 'agents', 'alerts']) as name
  cross join unnest(array['', '_latest']) as ending
) as figures (relation);
select status_sync_grant('select', relation::regclass, wanted)
from (
  select 'metric_' || name || ending
  from unnest(array[
      'unanswered', 'weeks', 'curves', 'sources', 'lost_reasons', 'tours', 'agents', 'alerts']) as name
  cross join unnest(array['', '_latest']) as ending
) as figures (relation)
cross join unnest(array['status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;
