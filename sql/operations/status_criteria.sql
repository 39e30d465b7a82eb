-- Grain: one row: the log of the last 30 days, without rows taken from ResMan's history, against the success criteria.
select
  count(*) filter (where sync_status = 'success')::float8 as succeeded,
  count(*) filter (where sync_status in ('success', 'failed'))::float8 as ended,
  percentile_cont(0.95) within group (order by extract(epoch from synced_at - created_at))
    filter (where sync_status = 'success' and synced_at is not null) as p95_seconds,
  count(*) filter (where sync_status = 'pending')::bigint as pending,
  count(*) filter (where sync_status = 'success' and run_id is null)::bigint as by_day,
  (select count(*) from lead l where l.base is distinct from (
     select g.new_status from status_sync_log g
     where g.resman_lead_id = l.resman_lead_id and g.sync_status = 'success'
     order by g.seq desc limit 1))::bigint as unlogged
from status_sync_log
where created_at > now() - interval '30 days'
  and (context_data ? 'backfilled') is not true
