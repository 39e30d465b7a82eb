-- One row is one settled log row of a lead of the batch up to measure.stable_watermark, in the order of the
-- change stream, without rows that ended since the last measurement and are not taken yet; the columns are those of
-- changes_of_all.
with batch as (
  select lead, conversation_id
  from measure_lead
  where i > (select current_setting('measure.batch_after')::bigint)
    and i <= (select current_setting('measure.batch_through')::bigint)
),
logged as (
  select log.*
  from batch
  join settled_change as log on log.resman_lead_id = batch.lead
  union all
  select log.*
  from batch
  join settled_change as log on log.conversation_id = batch.conversation_id
  where log.resman_lead_id is null
)
select lead, property_id, at, seq, old_status, new_status, updated_by, sync_direction, odd
from logged
where seq <= (select current_setting('measure.stable_watermark')::bigint)
  and (seq not in (select seq from measured_waiting) or seq in (select seq from measure_due))
order by lead collate "C", at, seq
