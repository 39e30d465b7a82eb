-- Grain: one row: what the log says about one run: agreements logged without a call, repairs marked verified
-- without a log row that proves them, pending changes whose lead is not marked unknown, how its properties
-- were evaluated, and what ResMan's history gave for the leads it took over. A lead is in a run's drift once,
-- and has at most one pending change.
select
  (select count(*) from status_sync_log g
   where g.run_id = $1::uuid and g.sync_status = 'success' and g.attempts = 0
     and g.updated_by = 'system' and g.status_reason in ('baseline', 'unlogged')) as logged,
  (select count(*) from (
     select d.resman_lead_id, d.target from drift d
     where d.run_id = $1::uuid and d.outcome = 'verified'
     except
     select g.resman_lead_id, g.new_status from status_sync_log g
     where g.run_id = $1::uuid and g.sync_status = 'success') claimed) as unproven,
  (select count(*) from (
     select g.resman_lead_id from status_sync_log g
     where g.run_id = $1::uuid and g.sync_status = 'pending'
     except
     select d.resman_lead_id from drift d
     where d.run_id = $1::uuid and d.outcome = 'unknown') open_changes) as pending,
  (select count(*) from drift_alarm a where a.run_id = $1::uuid) as judged,
  (select count(*) from drift_alarm a
   where a.run_id = $1::uuid and a.verdict = 'insufficient_history') as insufficient,
  (select count(*) from drift_alarm a
   where a.run_id = $1::uuid and a.verdict in ('jump', 'leak')) as alarms,
  (select count(*) from drift d
   where d.run_id = $1::uuid and d.verdict = 'baseline' and d.action = 'log') as taken_over,
  (select count(distinct g.resman_lead_id) from status_sync_log g
   where g.run_id = $1::uuid and g.context_data ? 'backfilled') as backfilled_leads,
  (select count(*) from status_sync_log g
   where g.run_id = $1::uuid and g.context_data ? 'backfilled') as backfilled_changes
