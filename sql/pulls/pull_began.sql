-- Grain: one row: the time, in seconds since 1970, and a seq: a change that the live service has not ended by now has a
-- higher one. Behind the latest row a thousand are allowed for, because rows of transactions that are still open may be
-- before it.
select
  extract(epoch from clock_timestamp())::float8 as at,
  least(
    coalesce((select min(seq) from status_sync_log where sync_status = 'pending'), max(seq)),
    max(seq) - 1000) as seq
from status_sync_log
