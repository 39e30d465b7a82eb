-- One row is one lead whose whole history must be read for a reason other than new rows. $1 the watermark, $2
-- the as_of of the stays, $3 the as_of that they are to have.
insert into measure_lead (lead)
with touched as (
  -- A row of the lead was pending.
  select coalesce(log.resman_lead_id, log.conversation_id::text) as lead
  from measure_due
  join status_sync_log as log using (seq)
  union all
  -- A row of the lead was in the future at one of the two as_of, and is not at the other.
  select coalesce(resman_lead_id, conversation_id::text)
  from status_sync_log
  where coalesce(occurred_at, created_at) > least($2::timestamptz, $3::timestamptz)
    and coalesce(occurred_at, created_at) <= greatest($2::timestamptz, $3::timestamptz)
    and seq <= $1::bigint
  union all
  -- The property's days are counted in another zone, or the lead may have another property.
  select stays.lead
  from measure_recount
  join stays on coalesce(stays.property_id, '00000000-0000-0000-0000-000000000000') = measure_recount.key
)
select distinct lead
from touched
where lead is not null
