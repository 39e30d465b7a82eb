-- One row is one lead that is to be read whole, for other reasons than rows that came since. $1 is the
-- watermark, $2 the instant that stays are pinned to, $3 the one it shall be pinned to.
insert into measure_lead (lead)
with touched as (
  -- Was pending.
  select coalesce(log.resman_lead_id, log.conversation_id::text) as lead
  from measure_due
  join status_sync_log as log using (seq)
  union all
  -- Was in the future, or is so again.
  select coalesce(resman_lead_id, conversation_id::text)
  from status_sync_log
  where coalesce(occurred_at, created_at) > least($2::timestamptz, $3::timestamptz)
    and coalesce(occurred_at, created_at) <= greatest($2::timestamptz, $3::timestamptz)
    and seq <= $1::bigint
  union all
  -- Its property has other days, or it is perhaps another one.
  select stays.lead
  from measure_recount
  join stays on coalesce(stays.property_id, '00000000-0000-0000-0000-000000000000') = measure_recount.key
)
select distinct lead
from touched
where lead is not null
