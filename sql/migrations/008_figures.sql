-- Figures: one metric_<file> table for each CSV of the report, and its view of the newest night. The words on
-- columns are those of the reports' data dictionary.

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

create function latest_measurement() returns timestamptz language sql stable as $$
  select coalesce(max(as_of) filter (where run_id is not null), max(as_of))
  from measurement
  where standard
$$;
comment on function latest_measurement() is
  'as_of of the newest run''s figures; before the first run, of the newest report of the standard window';

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
comment on column metric_funnel.maturity is 'mature: only leads created a whole funnel window before as_of; all: every lead';
comment on column metric_funnel.reached is 'Leads whose highest rank within the funnel window of creation is at least this step';
comment on column metric_funnel.visited is 'Leads that entered this very status in that time';
comment on column metric_funnel.skipped is 'Leads that passed this step without stopping: reached - visited';
comment on column metric_funnel.step_rate is 'reached / reached of the step before; null: the first step, or nobody to count, or a step nobody visited';
comment on column metric_funnel.step_lo95 is 'Lower end of the 95 % Wilson interval of step_rate; null: step_rate is';
comment on column metric_funnel.step_hi95 is 'Upper end of the 95 % Wilson interval of step_rate; null: step_rate is';
comment on column metric_funnel.overall_rate is 'reached / reached of the first step; null: no lead in the cohort';
comment on column metric_funnel.overall_lo95 is 'Lower end of the 95 % Wilson interval of overall_rate; null: overall_rate is';
comment on column metric_funnel.overall_hi95 is 'Upper end of the 95 % Wilson interval of overall_rate; null: overall_rate is';
comment on column metric_funnel.lost is 'Leads that got no further than this step and were lost at the end of their window; null: leased: nothing comes after it';
comment on column metric_funnel.open is 'Leads that got no further than this step and were not lost; null: leased: nothing comes after it';
comment on column metric_funnel.overall_min is 'Lowest overall_rate that answers to open reviews could give; null: no lead in the cohort';
comment on column metric_funnel.overall_max is 'Highest overall_rate that answers to open reviews could give; null: no lead in the cohort';
create view metric_funnel_latest as
select * from metric_funnel where as_of = (select latest_measurement());
comment on view metric_funnel_latest is 'metric_funnel of the newest night';

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
  n_in_status bigint,
  unique nulls not distinct (as_of, window_start, window_end, scope, property_id, status)
);
comment on table metric_time_in_status is 'How long stays begun in the window last, by non-terminal status';
comment on column metric_time_in_status.status is 'Status stayed in; never leased or lost';
comment on column metric_time_in_status.n_closed is 'Stays begun in the window that ended by as_of';
comment on column metric_time_in_status.n_open is 'Stays begun in the window that still last at as_of';
comment on column metric_time_in_status.mean_seconds is 'Mean of the closed stays only: too short while stays are open; null: no closed stay';
comment on column metric_time_in_status.km_median_seconds is 'Half of the leads leave sooner, leads still there taken into account (Kaplan-Meier); null: not reached: fewer than half have left';
comment on column metric_time_in_status.km_lo95_seconds is 'Lower end of the median''s 95 % log-log interval; null: not reached';
comment on column metric_time_in_status.km_hi95_seconds is 'Upper end of the median''s 95 % log-log interval; null: not reached';
comment on column metric_time_in_status.p25_seconds is 'Time by which a quarter have left (Kaplan-Meier); null: not reached';
comment on column metric_time_in_status.p75_seconds is 'Time by which three quarters have left (Kaplan-Meier); null: not reached';
comment on column metric_time_in_status.p90_seconds is 'Time by which nine in ten have left (Kaplan-Meier); null: not reached';
comment on column metric_time_in_status.rmst_90d_seconds is 'Restricted mean: expected time in the status within 90 days; null: follow-up is shorter and stays are open';
comment on column metric_time_in_status.oldest_open_seconds is 'Age of the oldest of n_open; null: no open stay';
comment on column metric_time_in_status.n_in_status is 'Leads in the status at as_of, whenever they came: n_open, and those who came before the window or before the history; null: measured before there was this column';
create view metric_time_in_status_latest as
select * from metric_time_in_status where as_of = (select latest_measurement());
comment on view metric_time_in_status_latest is 'metric_time_in_status of the newest night';

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
comment on column metric_conversion.open is 'Those that did not and are not lost: the rest of those entered';
comment on column metric_conversion.rate is 'advanced / entered; null: nobody entered';
comment on column metric_conversion.lo95 is 'Lower end of the 95 % Wilson interval of rate; null: rate is';
comment on column metric_conversion.hi95 is 'Upper end of the 95 % Wilson interval of rate; null: rate is';
comment on column metric_conversion.advanced_7d is 'Probability of advancing within 7 days of entering, loss competing (Aalen-Johansen); null: nobody was followed that long, or nobody entered';
comment on column metric_conversion.advanced_30d is 'Probability of advancing within 30 days of entering, loss competing (Aalen-Johansen); null: nobody was followed that long, or nobody entered';
comment on column metric_conversion.advanced_90d is 'Probability of advancing within 90 days of entering, loss competing (Aalen-Johansen); null: nobody was followed that long, or nobody entered';
create view metric_conversion_latest as
select * from metric_conversion where as_of = (select latest_measurement());
comment on view metric_conversion_latest is 'metric_conversion of the newest night';

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
  illegal bigint,
  unique nulls not distinct
    (as_of, window_start, window_end, scope, property_id, from_status, to_status)
);
comment on table metric_transitions is 'One kind of change (from, to) made in the window; creations apart';
comment on column metric_transitions.from_status is 'Status left';
comment on column metric_transitions.to_status is 'Status entered';
comment on column metric_transitions.count is 'How often it was made';
comment on column metric_transitions.leads is 'Leads that made it at least once';
comment on column metric_transitions.share is 'count / all changes out of from_status in the window; null: no change';
comment on column metric_transitions.lo95 is 'Lower end of the 95 % Wilson interval of share; null: share is';
comment on column metric_transitions.hi95 is 'Upper end of the 95 % Wilson interval of share; null: share is';
comment on column metric_transitions.legal is 'Whether the transition rules allow it in one step';
comment on column metric_transitions.mean_seconds is 'Mean stay in from_status before it; null: no start of a stay is known';
comment on column metric_transitions.median_seconds is 'Median stay in from_status before it; null: no start of a stay is known';
comment on column metric_transitions.illegal is 'Changes outside the transition rules, those carried over step by step apart; they sum to illegal in data_quality.csv; null: measured before there was this column';
create view metric_transitions_latest as
select * from metric_transitions where as_of = (select latest_measurement());
comment on view metric_transitions_latest is 'metric_transitions of the newest night';

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
  unique nulls not distinct (as_of, scope, property_id, day, direction, updated_by)
);
comment on table metric_daily is 'Changes per local day, direction and author; days without any are there with 0';
comment on column metric_daily.day is 'Local day of the property, cut to the window at both ends';
comment on column metric_daily.timezone is 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';
comment on column metric_daily.direction is 'to_resman or from_resman; null: the log names none';
comment on column metric_daily.updated_by is 'chatbot, resman_user or system; null: the log names none';
comment on column metric_daily.changes is 'Effective changes, creations apart';
comment on column metric_daily.creations is 'Leads created';
comment on column metric_daily.failed is 'Changes that could not be carried to the other system';
comment on column metric_daily.revised_at is 'When a closed day was last restated; null: never';
create view metric_daily_latest as
select * from metric_daily where as_of = (select latest_measurement());
comment on view metric_daily_latest is 'metric_daily of the newest night';

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
  created bigint,
  moved_in bigint,
  moved_out bigint,
  unique nulls not distinct (as_of, scope, property_id, day, status)
);
comment on table metric_distribution is 'Leads per status at the end of each local day; the last day as at as_of';
comment on column metric_distribution.day is 'Local day of the property, cut to the window at both ends';
comment on column metric_distribution.timezone is 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';
comment on column metric_distribution.status is 'Status as logged';
comment on column metric_distribution.leads is 'Leads in it at the end of the day: those of the day before + created + moved_in - moved_out. A lead whose history begins later counts from the start in the status it was found in';
comment on column metric_distribution.created is 'Leads created in it that day; null: measured before there was this column';
comment on column metric_distribution.moved_in is 'Changes into it that day; null: measured before there was this column';
comment on column metric_distribution.moved_out is 'Changes out of it that day; null: measured before there was this column';
create view metric_distribution_latest as
select * from metric_distribution where as_of = (select latest_measurement());
comment on view metric_distribution_latest is 'metric_distribution of the newest night';

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
comment on column metric_delivery.delivered is 'Delivered in the end. email, sms and slack can only say accepted, by the mail server, the provider, Slack; in_app is delivered to the inbox; null: not known';
comment on column metric_delivery.failed is 'Failed in the end; null: not known';
comment on column metric_delivery.bounced is 'Returned by the recipient''s side; null: sync: cannot happen';
comment on column metric_delivery.expired is 'Pending for over 24 hours, or given up after them; null: sync: pending rows are settled';
comment on column metric_delivery.pending is 'Not settled yet; in no rate; null: not known';
comment on column metric_delivery.suppressed is 'Not sent on purpose; in no rate; null: sync: cannot happen';
comment on column metric_delivery.rate is 'delivered / (delivered + failed + bounced + expired); null: nothing was due, so there is no rate';
comment on column metric_delivery.lo95 is 'Lower end of the 95 % Wilson interval of rate; null: rate is';
comment on column metric_delivery.hi95 is 'Upper end of the 95 % Wilson interval of rate; null: rate is';
comment on column metric_delivery.first_attempt_rate is 'Delivered at the first attempt / the same denominator; null: rate is, or attempts were not recorded';
create view metric_delivery_latest as
select * from metric_delivery where as_of = (select latest_measurement());
comment on view metric_delivery_latest is 'metric_delivery of the newest night';

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
comment on column metric_performance.numerator is 'Numerator of a rate, or the sum behind a mean; null: none, or not known';
comment on column metric_performance.denominator is 'Denominator of a rate, or how many the figure rests on; null: none, or not known';
comment on column metric_performance.value is 'The figure, in unit; null: cannot be known; note says why';
comment on column metric_performance.lo95 is 'Lower end of its 95 % interval; null: no interval applies';
comment on column metric_performance.hi95 is 'Upper end of its 95 % interval; null: no interval applies';
comment on column metric_performance.unit is 'count, rate, seconds, days or rank; null: none';
comment on column metric_performance.note is 'What is counted, or why the value is empty; null: nothing to add';
create view metric_performance_latest as
select * from metric_performance where as_of = (select latest_measurement());
comment on view metric_performance_latest is 'metric_performance of the newest night';

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
comment on column metric_changes.metric is 'Name of the figure; rates from 0 to 1, times in seconds, else counts';
comment on column metric_changes.status is 'Status it is about; null: about no single status';
comment on column metric_changes.previous is 'Figure of the window of the same length before, looked at as of the same age; null: the history does not cover it, or not reached';
comment on column metric_changes.current is 'Figure of this window; null: not known, or not reached';
comment on column metric_changes.difference is 'current - previous; null: either is not known';
comment on column metric_changes.lo95 is 'Lower end of the 95 % interval of the difference: Newcombe''s method 10 for rates, exact conditional for counts; null: a time, or not known';
comment on column metric_changes.hi95 is 'Upper end of the same interval; null: a time, or not known';
comment on column metric_changes.p_value is 'p-value of no difference: score test for rates, exact conditional Poisson test for counts, log-rank test for times; null: not tested: too few, or not covered';
comment on column metric_changes.q_value is 'p-value after Benjamini-Hochberg over portfolio, properties and steps of the same figure; null: not tested';
comment on column metric_changes.verdict is 'up or down where q_value is at most 0.1, else no clear change; too few: below 30; null: the history does not cover the window before';
create view metric_changes_latest as
select * from metric_changes where as_of = (select latest_measurement());
comment on view metric_changes_latest is 'metric_changes of the newest night';

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
comment on column metric_anomalies.timezone is 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';
comment on column metric_anomalies.observed is 'Figure of the day; null: not known';
comment on column metric_anomalies.expected is 'Level times weekday of the four weeks before for a count, their rate for a rate; null: not known';
comment on column metric_anomalies.score is 'z of a count, overdispersion allowed for; flagged beyond 3.5; null: a rate';
comment on column metric_anomalies.p_value is 'Nearer binomial tail of a rate; flagged below 0.001; null: a count';
comment on column metric_anomalies.note is 'What was compared, in words; null: nothing to add';
create view metric_anomalies_latest as
select * from metric_anomalies where as_of = (select latest_measurement());
comment on view metric_anomalies_latest is 'metric_anomalies of the newest night';

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
comment on column metric_stalled.resman_lead_id is 'The lead, by id; no personal data';
comment on column metric_stalled.status is 'Status it is in; null: not known';
comment on column metric_stalled.entered_at is 'Since when; null: the history starts later';
comment on column metric_stalled.open_seconds is 'For how long, at as_of; null: the history starts later';
comment on column metric_stalled.p90_seconds is 'The status''s p90 at the property, or of the portfolio where that is not reached; null: not reached';
create view metric_stalled_latest as
select * from metric_stalled where as_of = (select latest_measurement());
comment on view metric_stalled_latest is 'metric_stalled of the newest night';

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
comment on column metric_restatements.timezone is 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';
comment on column metric_restatements.status is 'Status it is about; null: about no single status';
comment on column metric_restatements.published_as_of is 'as_of of the report that had the old value; null: not known';
comment on column metric_restatements.old_value is 'As published; null: not published before';
comment on column metric_restatements.new_value is 'As it is now; null: no longer known';
comment on column metric_restatements.reason is 'repair, late row, both, settled since, or the lead or its property changed; null: not known';
create view metric_restatements_latest as
select * from metric_restatements where as_of = (select latest_measurement());
comment on view metric_restatements_latest is 'metric_restatements of the newest night';

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
comment on column metric_data_quality.issue is 'Name of the flaw';
comment on column metric_data_quality.count is 'How often it was seen; null: not known';
comment on column metric_data_quality.total is 'Of how many; null: not known';
comment on column metric_data_quality.note is 'What count and total count; null: nothing to add';
create view metric_data_quality_latest as
select * from metric_data_quality where as_of = (select latest_measurement());
comment on view metric_data_quality_latest is 'metric_data_quality of the newest night';

-- One row is one step of the funnel of the leads created in one period of the window.
create table metric_cohorts (
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  scope text not null check (scope in ('portfolio', 'property')),
  property_id uuid,
  property_name text,
  grain text not null check (grain in ('day', 'week', 'month')),
  cohort_start date not null,
  timezone text,
  step_order integer not null,
  status text not null,
  maturity text not null check (maturity in ('mature', 'all')),
  reached bigint,
  visited bigint,
  skipped bigint,
  overall_rate double precision,
  overall_lo95 double precision,
  overall_hi95 double precision,
  lost bigint,
  open bigint,
  unique nulls not distinct (
    as_of, window_start, window_end, scope, property_id, grain, cohort_start, step_order, maturity)
);
comment on table metric_cohorts is 'One step of the funnel of the leads created in one day, week or month of the window';
comment on column metric_cohorts.grain is 'day, week (from Monday) or month: how long a cohort is';
comment on column metric_cohorts.cohort_start is 'First local day of the period, which may lie before the window; its leads are those of the window';
comment on column metric_cohorts.timezone is 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';
comment on column metric_cohorts.step_order is 'Rank of the status, 0 new to 5 leased';
comment on column metric_cohorts.status is 'Canonical status of the step';
comment on column metric_cohorts.maturity is 'mature: only leads created a whole funnel window before as_of; all: every lead of the cohort';
comment on column metric_cohorts.reached is 'Leads whose highest rank within the funnel window of creation is at least this step';
comment on column metric_cohorts.visited is 'Leads that entered this very status within the funnel window';
comment on column metric_cohorts.skipped is 'Leads that passed this step without stopping: reached - visited';
comment on column metric_cohorts.overall_rate is 'reached / reached of the first step; null: no lead in the cohort';
comment on column metric_cohorts.overall_lo95 is 'Lower end of the 95 % Wilson interval of overall_rate; null: no lead in the cohort';
comment on column metric_cohorts.overall_hi95 is 'Upper end of the 95 % Wilson interval of overall_rate; null: no lead in the cohort';
comment on column metric_cohorts.lost is 'Of the leads that got no further than this step, those lost at the end of their funnel window; null: the step is leased';
comment on column metric_cohorts.open is 'Of the leads that got no further than this step, those not lost; null: the step is leased';
create view metric_cohorts_latest as
select * from metric_cohorts where as_of = (select latest_measurement());
comment on view metric_cohorts_latest is 'metric_cohorts of the newest night';

-- The columns that every table begins with mean the same in each.
do $$
declare
  name text;
begin
  foreach name in array array[
    'funnel', 'time_in_status', 'conversion', 'transitions', 'daily', 'distribution', 'delivery',
    'performance', 'changes', 'anomalies', 'stalled', 'restatements', 'data_quality', 'cohorts']
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

select status_sync_grant('select, insert, update, delete', 'measurement', 'status_sync_job');
select status_sync_grant('select', 'measurement', wanted)
from unnest(array['status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;
select status_sync_grant('select, insert, update, delete, truncate', relation::regclass, 'status_sync_job')
from (
  select 'metric_' || name || ending
  from unnest(array[
      'funnel', 'time_in_status', 'conversion', 'transitions', 'daily', 'distribution', 'delivery',
      'performance', 'changes', 'anomalies', 'stalled', 'restatements', 'data_quality', 'cohorts']) as name
  cross join unnest(array['', '_latest']) as ending
) as figures (relation);
select status_sync_grant('select', relation::regclass, wanted)
from (
  select 'metric_' || name || ending
  from unnest(array[
      'funnel', 'time_in_status', 'conversion', 'transitions', 'daily', 'distribution', 'delivery',
      'performance', 'changes', 'anomalies', 'stalled', 'restatements', 'data_quality', 'cohorts']) as name
  cross join unnest(array['', '_latest']) as ending
) as figures (relation)
cross join unnest(array['status_sync_planner', 'status_sync_api', 'status_sync_reader']) as wanted;
