-- One row: the highest seq of the log.
select coalesce(max(seq), 0) as highest
from status_sync_log
