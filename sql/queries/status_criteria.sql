-- Grain: one row: the log of the last 30 days against the success criteria.
select
  count(*) filter (where sync_status = 'success')::float8 as succeeded,
  count(*) filter (where sync_status in ('success', 'failed'))::float8 as ended,
  percentile_cont(0.95) within group (order by extract(epoch from synced_at - created_at))
    filter (where sync_status = 'success' and synced_at is not null) as p95_seconds,
  count(*) filter (where sync_status = 'pending')::bigint as pending,
  (select count(*) from lead l where l.base is not null and not exists (
     select from status_sync_log g where g.resman_lead_id = l.resman_lead_id))::bigint as unlogged,
  (select extract(epoch from now() - max(finished_at))::float8 from sync_run
   where state = 'finished' and mode = 'run') as stale_seconds
from status_sync_log
where created_at > now() - interval '30 days'
