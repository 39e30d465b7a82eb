-- One row is one property, local day, direction and author: log rows of the window that failed.
select property_id, day - date '2000-01-01' as day, direction, updated_by, sum(n)::bigint as failed
from measure_sync
where sync_status = 'failed'
  and is_current
group by property_id, day, direction, updated_by
