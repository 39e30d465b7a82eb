-- One row: the first and the last time in the log, in microseconds since 1970; null where the log is empty.
select
  (extract(epoch from min(coalesce(occurred_at, created_at))) * 1000000)::bigint as first,
  (extract(epoch from max(coalesce(occurred_at, created_at))) * 1000000)::bigint as last
from status_sync_log
where isfinite(coalesce(occurred_at, created_at))
