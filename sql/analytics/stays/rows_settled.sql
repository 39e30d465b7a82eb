-- One row is one settled log row that rollup has not counted: rows with a seq above measure.watermark and up
-- to measure.stable_watermark, rows that were pending, and all rows of the properties that are counted again.
-- A row counts once, when it is settled. The columns are those of changes_of_all.
with bounds as (
  select
    current_setting('measure.watermark')::bigint as watermark,
    current_setting('measure.stable_watermark')::bigint as stable_watermark
),
counted as (
  select log.*
  from settled_change as log
  where log.seq > (select watermark from bounds)
    and log.seq <= (select stable_watermark from bounds)
  union all
  select log.*
  from measure_due
  join settled_change as log using (seq)
  union all
  select log.*
  from settled_change as log
  where (select count(*) from measure_recount) > 0
    and log.seq <= (select watermark from bounds)
    and log.seq not in (select seq from measured_waiting)
    and coalesce(log.property_id, '00000000-0000-0000-0000-000000000000')
      in (select key from measure_recount)
)
select lead, property_id, at, seq, old_status, new_status, updated_by, sync_direction, odd
from counted
