-- Analytics: visits, day cells, and one metric_<file> table for each CSV of the report.
-- All of it is derived from status_sync_log and can be computed again from it.

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

-- Wilson score interval (Wilson 1927) of k successes in n trials, z = 1.959963984540054;
-- null for n = 0, exactly 0 below at k = 0 and exactly 1 above at k = n.
create function wilson_low(k double precision, n double precision) returns double precision
language sql immutable parallel safe as $$
  select case
    when n > 0 and k = 0 then 0
    when n > 0 then
      ((k / n + 3.8414588206941254 / (2 * n))
        - 1.959963984540054
          * sqrt(k / n * (1 - k / n) / n + 3.8414588206941254 / (4 * n * n)))
      / (1 + 3.8414588206941254 / n)
  end
$$;
create function wilson_high(k double precision, n double precision) returns double precision
language sql immutable parallel safe as $$
  select case
    when n > 0 and k = n then 1
    when n > 0 then
      ((k / n + 3.8414588206941254 / (2 * n))
        + 1.959963984540054
          * sqrt(k / n * (1 - k / n) / n + 3.8414588206941254 / (4 * n * n)))
      / (1 + 3.8414588206941254 / n)
  end
$$;
comment on function wilson_low(double precision, double precision) is
  'Lower end of the 95 % Wilson interval of k of n; null for n = 0';
comment on function wilson_high(double precision, double precision) is
  'Upper end of the 95 % Wilson interval of k of n; null for n = 0';

-- The name if this server knows the time zone, else UTC.
create function known_timezone(name text) returns text language plpgsql stable as $$
begin
  perform timestamptz 'epoch' at time zone name;
  return coalesce(name, 'UTC');
exception when invalid_parameter_value then
  return 'UTC';
end
$$;
comment on function known_timezone(text) is 'The time zone if the server knows it, else UTC';

-- One row is one stay of one lead in one status, by the change stream of the log.
-- Unlogged: it is derived, and a crash only means that the next run computes it again.
create unlogged table visit (
  lead text not null,
  property_id uuid,
  n integer not null,
  status text not null,
  entered_at timestamptz,
  left_at timestamptz,
  next_status text,
  next_updated_by text,
  previous_status text,
  updated_by text,
  sync_direction text,
  truncated boolean not null,
  legal boolean not null,
  continuous boolean not null,
  entered_day date,
  left_day date,
  created_at timestamptz,
  previous_entered_at timestamptz,
  highest_later integer,
  final_status text not null,
  noop_at timestamptz[]
);
comment on table visit is 'One stay of one lead in one status; rebuilt from status_sync_log';
comment on column visit.lead is 'resman_lead_id, or the conversation id where the log has no lead id';
comment on column visit.property_id is 'Property of the lead''s latest row; null where nothing names one';
comment on column visit.n is '1 for the first stay after creation; 0 for a stay whose start the log does not have';
comment on column visit.status is 'Status as logged';
comment on column visit.entered_at is 'When the stay began; null where truncated';
comment on column visit.left_at is 'When it ended; null while it lasts';
comment on column visit.next_status is 'Status it ended for; null while it lasts';
comment on column visit.next_updated_by is 'Who made the change that ended it';
comment on column visit.previous_status is 'Status of the stay before; null for a creation';
comment on column visit.updated_by is 'Who made the change that began it';
comment on column visit.sync_direction is 'Direction of the log row that began it';
comment on column visit.truncated is 'The history starts inside this stay: counted in distribution only';
comment on column visit.legal is 'The log row that began it follows the transition rules; true for a creation';
comment on column visit.continuous is 'Its old status was the new status of the row before; true for a first row';
comment on column visit.entered_day is 'entered_at as the property''s local day';
comment on column visit.left_day is 'left_at as the property''s local day';
comment on column visit.created_at is 'When the lead was created; null where its history starts earlier';
comment on column visit.previous_entered_at is 'When the stay before began; null where that is not known';
comment on column visit.highest_later is 'Highest rank of the lead''s later stays; null: none has a rank';
comment on column visit.final_status is 'Status the lead has at as_of';
comment on column visit.noop_at is 'On the lead''s first stay: when each log row came that set the status the lead had';

-- One row is one signed count of one property on one local day.
create unlogged table rollup (
  property_id uuid,
  kind text not null check (kind in ('entered', 'left')),
  day date not null,
  status text not null,
  n bigint not null,
  unique nulls not distinct (property_id, kind, day, status)
);
comment on table rollup is 'Counts per property and local day that add up over days and properties';
comment on column rollup.property_id is 'Property; null where the log names none';
comment on column rollup.kind is 'entered: stays begun; left: stays ended';
comment on column rollup.day is 'Local day of the property; -infinity for stays that began before the history';
comment on column rollup.status is 'Status entered or left';
comment on column rollup.n is 'How many';

-- One row is one step of the funnel of the leads created in the window.
create table metric_funnel (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  step_order integer not null,
  status text not null,
  maturity text not null check (maturity in ('mature', 'all')),
  reached bigint,
  visited bigint,
  skipped bigint,
  step_rate double precision,
  step_lo95 double precision,
  step_hi95 double precision,
  overall_rate double precision,
  overall_lo95 double precision,
  overall_hi95 double precision,
  lost bigint,
  open bigint,
  overall_min double precision,
  overall_max double precision,
  unique nulls not distinct
    (as_of, window_start, window_end, scope, property_id, step_order, maturity)
);
comment on table metric_funnel is 'One step of the funnel of the leads created in the window';
comment on column metric_funnel.step_order is 'Rank of the status, 0 new to 5 leased';
comment on column metric_funnel.status is 'Canonical status of the step';
comment on column metric_funnel.maturity is 'mature: only leads created a whole funnel window before as_of; all: every lead of the cohort';
comment on column metric_funnel.reached is 'Leads whose highest rank within the funnel window of creation is at least this step';
comment on column metric_funnel.visited is 'Leads that entered this very status within the funnel window';
comment on column metric_funnel.skipped is 'reached - visited';
comment on column metric_funnel.step_rate is 'reached / reached of the step before; null for the first step and where visited is 0';
comment on column metric_funnel.step_lo95 is 'Lower end of the 95 % Wilson interval of step_rate';
comment on column metric_funnel.step_hi95 is 'Upper end of the 95 % Wilson interval of step_rate';
comment on column metric_funnel.overall_rate is 'reached / reached of the first step';
comment on column metric_funnel.overall_lo95 is 'Lower end of the 95 % Wilson interval of overall_rate';
comment on column metric_funnel.overall_hi95 is 'Upper end of the 95 % Wilson interval of overall_rate';
comment on column metric_funnel.lost is 'Of the leads that got no further than this step, those lost at the end of their funnel window; null for leased';
comment on column metric_funnel.open is 'Of the leads that got no further than this step, those not lost; null for leased';
comment on column metric_funnel.overall_min is 'Lowest overall_rate that answers to open reviews could give; null until computed';
comment on column metric_funnel.overall_max is 'Highest overall_rate that answers to open reviews could give; null until computed';

-- One row is one non-terminal status: how long stays begun in the window last.
create table metric_time_in_status (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  status text not null,
  n_closed bigint,
  n_open bigint,
  mean_seconds double precision,
  km_median_seconds double precision,
  km_lo95_seconds double precision,
  km_hi95_seconds double precision,
  p25_seconds double precision,
  p75_seconds double precision,
  p90_seconds double precision,
  rmst_90d_seconds double precision,
  oldest_open_seconds double precision,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, status)
);
comment on table metric_time_in_status is 'How long stays begun in the window last, by non-terminal status';
comment on column metric_time_in_status.status is 'Status stayed in; never leased or lost';
comment on column metric_time_in_status.n_closed is 'Stays that ended by as_of';
comment on column metric_time_in_status.n_open is 'Stays that still last at as_of';
comment on column metric_time_in_status.mean_seconds is 'Mean of the closed stays only: too short while stays are open';
comment on column metric_time_in_status.km_median_seconds is 'Kaplan-Meier median with open stays censored; null: not reached';
comment on column metric_time_in_status.km_lo95_seconds is 'Lower end of its 95 % log-log interval';
comment on column metric_time_in_status.km_hi95_seconds is 'Upper end of its 95 % log-log interval; null: not reached';
comment on column metric_time_in_status.p25_seconds is 'Time by which a quarter has left (Kaplan-Meier); null: not reached';
comment on column metric_time_in_status.p75_seconds is 'Time by which three quarters have left (Kaplan-Meier); null: not reached';
comment on column metric_time_in_status.p90_seconds is 'Time by which nine in ten have left (Kaplan-Meier); null: not reached';
comment on column metric_time_in_status.rmst_90d_seconds is 'Restricted mean: expected time in the status within 90 days; null where follow-up is shorter and stays are open';
comment on column metric_time_in_status.oldest_open_seconds is 'Age of the oldest stay that still lasts, whenever it began; null: none';

-- One row is one status: of the cohort's leads that entered it, how many went further.
create table metric_conversion (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  status text not null,
  entered bigint,
  advanced bigint,
  lost bigint,
  open bigint,
  rate double precision,
  lo95 double precision,
  hi95 double precision,
  advanced_7d double precision,
  advanced_30d double precision,
  advanced_90d double precision,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, status)
);
comment on table metric_conversion is 'Of the leads created in the window that entered a status, how many later reached a higher one';
comment on column metric_conversion.status is 'Status entered, new to application';
comment on column metric_conversion.entered is 'Leads of the cohort that entered the status';
comment on column metric_conversion.advanced is 'Those that later reached any higher rank';
comment on column metric_conversion.lost is 'Those that did not and are lost at as_of';
comment on column metric_conversion.open is 'Those that did not and are not lost; entered = advanced + lost + open';
comment on column metric_conversion.rate is 'advanced / entered; null where entered is 0';
comment on column metric_conversion.lo95 is 'Lower end of the 95 % Wilson interval of rate';
comment on column metric_conversion.hi95 is 'Upper end of the 95 % Wilson interval of rate';
comment on column metric_conversion.advanced_7d is 'Probability of advancing within 7 days, lost competing (Aalen-Johansen); null: not followed that long';
comment on column metric_conversion.advanced_30d is 'The same within 30 days';
comment on column metric_conversion.advanced_90d is 'The same within 90 days';

-- One row is one kind of change made in the window.
create table metric_transitions (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  from_status text not null,
  to_status text not null,
  count bigint,
  leads bigint,
  share double precision,
  lo95 double precision,
  hi95 double precision,
  legal boolean,
  mean_seconds double precision,
  median_seconds double precision,
  unique nulls not distinct
    (as_of, window_start, window_end, scope, property_id, from_status, to_status)
);
comment on table metric_transitions is 'One kind of change (from, to) made in the window; creations apart';
comment on column metric_transitions.from_status is 'Status left';
comment on column metric_transitions.to_status is 'Status entered';
comment on column metric_transitions.count is 'Changes';
comment on column metric_transitions.leads is 'Leads that made it at least once';
comment on column metric_transitions.share is 'count / all changes out of from_status in the window';
comment on column metric_transitions.lo95 is 'Lower end of the 95 % Wilson interval of share';
comment on column metric_transitions.hi95 is 'Upper end of the 95 % Wilson interval of share';
comment on column metric_transitions.legal is 'Whether the transition rules allow it';
comment on column metric_transitions.mean_seconds is 'Mean stay in from_status before it; null where no start is known';
comment on column metric_transitions.median_seconds is 'Median stay in from_status before it; null where no start is known';

-- One row is one local day, direction and author.
create table metric_daily (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  day date not null,
  timezone text,
  direction text,
  updated_by text,
  changes bigint,
  creations bigint,
  failed bigint,
  revised_at timestamptz,
  unique nulls not distinct
    (as_of, window_start, window_end, scope, property_id, day, direction, updated_by)
);
comment on table metric_daily is 'Changes per local day, direction and author; days without any are there with 0';
comment on column metric_daily.day is 'Local day of the property, cut to the window at both ends';
comment on column metric_daily.timezone is 'IANA name; for the portfolio the one all properties share, else mixed: each change on its own property''s day';
comment on column metric_daily.direction is 'to_resman or from_resman; null as logged';
comment on column metric_daily.updated_by is 'chatbot, resman_user or system; null as logged';
comment on column metric_daily.changes is 'Effective changes, creations apart';
comment on column metric_daily.creations is 'Leads created';
comment on column metric_daily.failed is 'Log rows that failed';
comment on column metric_daily.revised_at is 'When a closed day was last restated; null: never';

-- One row is one status at the end of one local day.
create table metric_distribution (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  day date not null,
  timezone text,
  status text not null,
  leads bigint,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, day, status)
);
comment on table metric_distribution is 'Leads per status at the end of each local day; the last day as at as_of';
comment on column metric_distribution.day is 'Local day of the property';
comment on column metric_distribution.timezone is 'IANA name; for the portfolio the one all properties share, else mixed';
comment on column metric_distribution.status is 'Status as logged';
comment on column metric_distribution.leads is 'Leads in it at the end of the day, or at as_of on the day of as_of';

-- One row is one channel or direction.
create table metric_delivery (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  kind text not null check (kind in ('sync', 'notification')),
  channel_or_direction text not null,
  delivered bigint,
  failed bigint,
  bounced bigint,
  expired bigint,
  pending bigint,
  suppressed bigint,
  rate double precision,
  lo95 double precision,
  hi95 double precision,
  first_attempt_rate double precision,
  unique nulls not distinct
    (as_of, window_start, window_end, scope, property_id, kind, channel_or_direction)
);
comment on table metric_delivery is 'Delivery of status changes by direction and of notifications by channel';
comment on column metric_delivery.kind is 'sync: rows of status_sync_log; notification: one recipient of one notification';
comment on column metric_delivery.channel_or_direction is 'to_resman, from_resman or unknown; or the channel';
comment on column metric_delivery.delivered is 'Delivered in the end';
comment on column metric_delivery.failed is 'Failed in the end';
comment on column metric_delivery.bounced is 'Returned by the recipient''s side; null for sync';
comment on column metric_delivery.expired is 'Pending over 24 hours; null for sync';
comment on column metric_delivery.pending is 'Not settled yet; in no rate';
comment on column metric_delivery.suppressed is 'Not sent on purpose; in no rate; null for sync';
comment on column metric_delivery.rate is 'delivered / (delivered + failed + bounced + expired); null where that is 0';
comment on column metric_delivery.lo95 is 'Lower end of the 95 % Wilson interval of rate';
comment on column metric_delivery.hi95 is 'Upper end of the 95 % Wilson interval of rate';
comment on column metric_delivery.first_attempt_rate is 'Delivered at the first attempt / the same denominator';

-- One row is one named figure.
create table metric_performance (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  metric text not null,
  numerator double precision,
  denominator double precision,
  value double precision,
  lo95 double precision,
  hi95 double precision,
  unit text,
  note text,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, metric)
);
comment on table metric_performance is 'One named figure; a figure that cannot be known is null with a note';
comment on column metric_performance.metric is 'Name of the figure';
comment on column metric_performance.numerator is 'Numerator of a rate, or the sum behind a mean';
comment on column metric_performance.denominator is 'Denominator of a rate, or how many the figure rests on';
comment on column metric_performance.value is 'The figure, in unit';
comment on column metric_performance.lo95 is 'Lower end of its 95 % interval; null where none applies';
comment on column metric_performance.hi95 is 'Upper end of its 95 % interval; null where none applies';
comment on column metric_performance.unit is 'count, rate or seconds';
comment on column metric_performance.note is 'What is counted, or why the value is null';

-- One row is one figure against the window before.
create table metric_changes (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  metric text not null,
  status text,
  previous double precision,
  current double precision,
  difference double precision,
  lo95 double precision,
  hi95 double precision,
  p_value double precision,
  q_value double precision,
  verdict text check (verdict in ('up', 'down', 'no clear change', 'too few')),
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, metric, status)
);
comment on table metric_changes is 'One figure of the window against the same figure of the window before';
comment on column metric_changes.metric is 'Name of the figure';
comment on column metric_changes.status is 'Status it is about; null where it is about none';
comment on column metric_changes.previous is 'Figure of the window before';
comment on column metric_changes.current is 'Figure of this window';
comment on column metric_changes.difference is 'current - previous';
comment on column metric_changes.lo95 is 'Lower end of the 95 % interval of the difference';
comment on column metric_changes.hi95 is 'Upper end of the 95 % interval of the difference';
comment on column metric_changes.p_value is 'p-value of no difference';
comment on column metric_changes.q_value is 'p-value after Benjamini-Hochberg over properties and steps';
comment on column metric_changes.verdict is 'up, down, no clear change, or too few (below 30)';

-- One row is one day whose figure is out of line.
create table metric_anomalies (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  metric text not null,
  day date not null,
  timezone text,
  observed double precision,
  expected double precision,
  score double precision,
  p_value double precision,
  note text,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, metric, day)
);
comment on table metric_anomalies is 'One day of the last week whose figure is out of line with the four weeks before';
comment on column metric_anomalies.metric is 'Name of the figure';
comment on column metric_anomalies.day is 'Local day of the property';
comment on column metric_anomalies.timezone is 'IANA name; for the portfolio the one all properties share, else mixed';
comment on column metric_anomalies.observed is 'Figure of the day';
comment on column metric_anomalies.expected is 'What the days before let expect';
comment on column metric_anomalies.score is 'z of a count; null for a rate';
comment on column metric_anomalies.p_value is 'Binomial tail of a rate; null for a count';
comment on column metric_anomalies.note is 'What was compared, in words';

-- One row is one lead that has stayed longer than nine in ten do.
create table metric_stalled (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  resman_lead_id text not null,
  status text,
  entered_at timestamptz,
  open_seconds double precision,
  p90_seconds double precision,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, resman_lead_id)
);
comment on table metric_stalled is 'One lead that has stayed in its status longer than the p90 of that status; property scope only';
comment on column metric_stalled.resman_lead_id is 'The lead; no personal data';
comment on column metric_stalled.status is 'Status it is in';
comment on column metric_stalled.entered_at is 'Since when';
comment on column metric_stalled.open_seconds is 'For how long, at as_of';
comment on column metric_stalled.p90_seconds is 'p90 of the status at the property, or of the portfolio where the property''s is not reached';

-- One row is one published figure that a later row changed.
create table metric_restatements (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  metric text not null,
  day date not null,
  timezone text,
  status text,
  published_as_of timestamptz,
  old_value double precision,
  new_value double precision,
  reason text,
  unique nulls not distinct
    (as_of, window_start, window_end, scope, property_id, metric, day, status)
);
comment on table metric_restatements is 'One figure already published that a repair or a late row changed';
comment on column metric_restatements.metric is 'Name of the figure';
comment on column metric_restatements.day is 'Local day it belongs to';
comment on column metric_restatements.timezone is 'IANA name; for the portfolio the one all properties share, else mixed';
comment on column metric_restatements.status is 'Status it is about; null where it is about none';
comment on column metric_restatements.published_as_of is 'as_of of the report that had the old value';
comment on column metric_restatements.old_value is 'As published';
comment on column metric_restatements.new_value is 'As it is now';
comment on column metric_restatements.reason is 'Why: repair or late row';

-- One row is one kind of flaw in the input.
create table metric_data_quality (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  issue text not null,
  count bigint,
  total bigint,
  note text,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, issue)
);
comment on table metric_data_quality is 'One kind of flaw or oddity in the log, counted; kinds that did not occur are there with 0';
comment on column metric_data_quality.issue is 'continuity_break, noop, reopened, future, truncated, illegal, …';
comment on column metric_data_quality.count is 'How often';
comment on column metric_data_quality.total is 'Of how many';
comment on column metric_data_quality.note is 'What count and total count';

-- The key columns mean the same in every table; and each has a view of its latest as_of.
do $$
declare
  name text;
begin
  foreach name in array array[
    'funnel', 'time_in_status', 'conversion', 'transitions', 'daily', 'distribution', 'delivery',
    'performance', 'changes', 'anomalies', 'stalled', 'restatements', 'data_quality']
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
      'Property; null for the portfolio and for leads without a known property');
    execute format('comment on column metric_%s.property_name is %L', name,
      'Its name; null for the portfolio and where unknown');
    execute format(
      'create view metric_%1$s_latest as select * from metric_%1$s'
      ' where as_of = (select max(as_of) from metric_%1$s)', name);
    execute format('comment on view metric_%1$s_latest is %2$L', name,
      'metric_' || name || ' of the latest as_of');
  end loop;
end
$$;
