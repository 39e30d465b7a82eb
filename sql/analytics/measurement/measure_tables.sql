-- The temporary tables of one measurement. They exist until its transaction ends.

-- One row is one lead whose whole history is read; i numbers the leads.
-- Filled by leads_changed, leads_whole; read by changes_of_leads, stays_extended, stays_of_leads.
create temporary table measure_lead (
  lead text primary key,
  conversation_id uuid generated always as (
    case when lead ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$' then lead::uuid end) stored,
  i bigint generated always as identity
) on commit drop;

-- One row is one lead of the batch that is processed together.
-- Filled by StayUpdate; read by leads_whole, stays_extended.
create temporary table measure_changed (
  lead text not null
) on commit drop;

-- One row is one property whose log rows are counted again; the nil UUID stands for "no property".
-- Filled by properties_changed; read by leads_changed, rollup_forget, rows_settled.
create temporary table measure_recount (
  key uuid primary key
) on commit drop;

-- One row is one log row that was pending at the last measurement and is settled now.
-- Filled by rows_due; read by changes_of_leads, leads_changed, revision_save, rows_settled, waiting_forget.
create temporary table measure_due (
  seq bigint primary key
) on commit drop;

-- One row is one signed count that is to be added to rollup.
-- Filled by StayUpdate; read by rollup_cells.
create temporary table measure_cell (
  property_id uuid,
  kind text not null,
  day date not null,
  key text,
  n bigint not null
) on commit drop;

-- One row is one scope: the portfolio, or a property. key stands for property_id in joins, where
-- null does not match: the nil UUID for the portfolio and for leads without a property.
-- Filled by measure_scope; read by anomaly_days, compare_cells, comparison_windows, created_cells, daily_in_force,
-- daily_revised, delivery_notification, distribution_cells, distribution_in_force, funnel_bounds,
-- measure_described, metric_agents, metric_anomalies, metric_cohorts, metric_conversion, metric_data_quality,
-- metric_delivery, metric_funnel, metric_lost_reasons, metric_restatements, metric_sources, metric_time_in_status,
-- metric_tours, metric_transitions, metric_unanswered, metric_weeks, performance_accuracy, performance_agreement,
-- performance_counts, performance_history, performance_latency, performance_lead_total, performance_office_hours,
-- performance_response, performance_response_km, performance_workflow, published_scope, scopes, sync_cells.
create temporary table measure_scope (
  scope text not null,
  key uuid not null,
  property_id uuid,
  property_name text,
  timezone text not null,
  as_of timestamptz not null,
  window_start timestamptz not null,
  window_end timestamptz not null,
  funnel_window interval not null,
  first_day date,
  last_day date,
  primary key (scope, key)
) on commit drop;

-- How log rows ended (SyncCounts). property_id is null for rows without a property.

-- One row is one property, direction and window (this one or the one before). retried: delivered at a second
-- or later attempt. unsynced_aged: failed or pending, not bridged, and at least 72 hours old, so that
-- accuracy can be evaluated.
-- Filled by SyncCounts; read by compare_cells, metric_delivery, performance_accuracy,
-- performance_counts.
create temporary table measure_sync (
  property_id uuid,
  direction text not null,
  is_current boolean not null,
  delivered bigint not null,
  retried bigint not null,
  failed bigint not null,
  pending bigint not null,
  unsynced_aged bigint not null
) on commit drop;

-- One row is one property and local day of the last weeks. settled: delivered or failed.
-- Filled by SyncCounts; read by anomaly_days.
create temporary table measure_sync_day (
  property_id uuid,
  day date not null,
  delivered bigint not null,
  settled bigint not null
) on commit drop;

-- What was counted from the stays (AggregateTables). property_id is null for leads without a property.

-- One row is one property: its changes and creations in the window and in the window before, and the
-- irregular ones among those of this window. aged: changes at least 72 hours old.
-- Filled by AggregateTables; read by compare_cells, metric_data_quality, performance_accuracy,
-- performance_counts.
create temporary table measure_change (
  property_id uuid,
  changes bigint not null,
  creations bigint not null,
  changes_before bigint not null,
  creations_before bigint not null,
  noop bigint not null,
  discontinuous bigint not null,
  reopened bigint not null,
  illegal bigint not null,
  unknown_status bigint not null,
  aged bigint not null,
  aged_legal bigint not null,
  aged_continuous bigint not null,
  aged_uncorrected bigint not null,
  aged_accurate bigint not null
) on commit drop;

-- One row is one scope and kind of change in the window, with the seconds spent in the status that was left,
-- where known.
-- Filled by AggregateTables; read by metric_transitions.
create temporary table measure_transition (
  scope text not null,
  key uuid not null,
  from_status text not null,
  to_status text not null,
  count bigint not null,
  leads bigint not null,
  illegal bigint not null,
  mean_seconds double precision,
  median_seconds double precision
) on commit drop;

-- One row is one count of leads created in this window or in the window before, by how far they came within
-- the funnel window. highest: the highest rank, 0 also for none; visited: one bit per rank; lost: lost at the
-- end of the funnel window. For the window before only highest is kept; created_day only where cohorts are
-- asked for.
-- Filled by AggregateTables; read by compare_cells, metric_cohorts, metric_funnel.
create temporary table measure_cohort (
  property_id uuid,
  is_current boolean not null,
  created_day date,
  mature boolean not null,
  highest integer not null,
  visited integer not null,
  lost boolean not null,
  n bigint not null
) on commit drop;

-- One row is one property and status: the leads of the window's cohort that entered it, how they continued,
-- and their total time in it. lost: lost without reaching a higher rank.
-- Filled by AggregateTables; read by metric_conversion, performance_lead_total.
create temporary table measure_conversion (
  property_id uuid,
  status text not null,
  entered bigint not null,
  advanced bigint not null,
  lost bigint not null,
  microseconds bigint not null
) on commit drop;

-- One row is one scope and window: the leads created in it as new, the microseconds until the answer, and, of
-- the leads at least as old as a limit, how many were answered within it.
-- Filled by AggregateTables; read by compare_cells, performance_response.
create temporary table measure_response (
  scope text not null,
  key uuid not null,
  is_current boolean not null,
  answered bigint not null,
  total_seconds double precision not null,
  median_seconds double precision,
  answered_chatbot bigint not null,
  total_chatbot double precision not null,
  answered_staff bigint not null,
  total_staff double precision not null,
  old_5m bigint not null,
  within_5m bigint not null,
  old_1h bigint not null,
  within_1h bigint not null,
  old_24h bigint not null,
  within_24h bigint not null
) on commit drop;

-- One row is one property and local day of the last weeks: leads created as new that are at least an hour
-- old, and how many of them were answered within an hour.
-- Filled by AggregateTables; read by anomaly_days.
create temporary table measure_answered (
  property_id uuid,
  day date not null,
  created bigint not null,
  quick bigint not null
) on commit drop;

-- One row is one property, local day and whether its office was open when they came: leads created as new in
-- the window that are old enough for a limit, and those of them that were answered within it.
-- Filled by created_cells; read by metric_weeks, performance_office_hours.
create temporary table measure_created (
  property_id uuid,
  day date not null,
  in_hours boolean not null,
  old_1h bigint not null,
  within_1h bigint not null,
  old_24h bigint not null,
  within_24h bigint not null
) on commit drop;

-- One row is one scope and status: of the stays begun in the window, when the one that is open longest began.
-- Filled by AggregateTables; read by metric_time_in_status.
create temporary table measure_oldest (
  scope text not null,
  key uuid not null,
  status text not null,
  entered_at timestamptz not null
) on commit drop;

-- One row is one scope: the first local day on which a lead is known from its creation, and the first day
-- from which nearly all leads are; null for none.
-- Filled by measure_history; read by anomaly_days, compare_cells, metric_lost_reasons, metric_weeks,
-- performance_history.
create temporary table measure_history (
  scope text not null,
  key uuid not null,
  since date,
  whole date
) on commit drop;

-- One row is one scope: how long after it occurred each change of the window reached the other system.
-- Filled by Latencies; read by performance_latency.
create temporary table measure_latency (
  scope text not null,
  key uuid not null,
  n bigint not null,
  quick bigint not null,
  p50 double precision,
  p95 double precision,
  p99 double precision
) on commit drop;

-- One row is one scope, local day of the last six weeks and status that leads entered.
-- Filled by Distribution; read by metric_weeks.
create temporary table measure_flow (
  scope text not null,
  key uuid not null,
  day date not null,
  status text not null,
  created bigint not null,
  moved_in bigint not null
) on commit drop;

-- One row is one scope and local day of the last weeks.
-- Filled by Daily; read by anomaly_days.
create temporary table measure_day (
  scope text not null,
  key uuid not null,
  day date not null,
  changes bigint not null,
  creations bigint not null
) on commit drop;

-- One row is one figure of a local day that differs from the report before this one, whether the day is
-- closed or not. status: set for status_distribution, otherwise null.
-- Filled by Restated; read by restated_days.
create temporary table measure_restated (
  scope text not null,
  key uuid not null,
  metric text not null,
  day date not null,
  status text,
  old_value bigint not null,
  new_value bigint not null
) on commit drop;
