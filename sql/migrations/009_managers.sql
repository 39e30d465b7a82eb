-- What managers act on on Monday morning: leads that nobody has answered, the weeks, and curves of how soon new
-- leads come to a tour and to a lease.

alter table property add column if not exists hours text;
comment on column property.hours is 'When its office is open, by its own clock: 9-18 or 09:00-17:30 for every day; or the days that it is open, mon 9-18, tue 9-18, sat 10-16; null, or what cannot be read, means 9-18 every day';

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

-- The columns that every table begins with mean the same in each.
do $$
declare
  name text;
begin
  foreach name in array array['unanswered', 'weeks', 'curves'] loop
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
  from unnest(array['unanswered', 'weeks', 'curves']) as name
  cross join unnest(array['', '_latest']) as ending
) as figures (relation);
select status_sync_grant('select', relation::regclass, wanted)
from (
  select 'metric_' || name || ending
  from unnest(array['unanswered', 'weeks', 'curves']) as name
  cross join unnest(array['', '_latest']) as ending
) as figures (relation)
cross join unnest(array['status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;
