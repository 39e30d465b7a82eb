-- Figures by what systems tell of leads beside their status (sources, lost reasons, tours, agents), and reports as
-- messages of the outbox.

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

-- The columns that every table begins with mean the same in each.
do $$
declare
  name text;
begin
  foreach name in array array['sources', 'lost_reasons', 'tours', 'agents']
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
  from unnest(array['sources', 'lost_reasons', 'tours', 'agents']) as name
  cross join unnest(array['', '_latest']) as ending
) as figures (relation);
select status_sync_grant('select', relation::regclass, wanted)
from (
  select 'metric_' || name || ending
  from unnest(array['sources', 'lost_reasons', 'tours', 'agents']) as name
  cross join unnest(array['', '_latest']) as ending
) as figures (relation)
cross join unnest(array['status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;
