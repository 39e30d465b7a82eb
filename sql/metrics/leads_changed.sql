-- One row is one lead whose journey may differ from the one that stands. $1 is the watermark, $2 the highest
-- seq to look at, $3 the instant journey is pinned to, $4 the one it shall be pinned to.
insert into measure_lead (lead)
with touched as (
  -- Came since.
  select coalesce(resman_lead_id, conversation_id::text) as lead
  from status_sync_log
  where seq > $1::bigint and seq <= $2::bigint
  union all
  -- Was pending.
  select coalesce(log.resman_lead_id, log.conversation_id::text)
  from measure_due
  join status_sync_log as log using (seq)
  union all
  -- Was in the future, or is so again.
  select coalesce(resman_lead_id, conversation_id::text)
  from status_sync_log
  where coalesce(occurred_at, created_at) > least($3::timestamptz, $4::timestamptz)
    and coalesce(occurred_at, created_at) <= greatest($3::timestamptz, $4::timestamptz)
    and seq <= $2::bigint
  union all
  -- Its property has other days, or it is perhaps another one.
  select journey.lead
  from measure_recount
  join journey on coalesce(journey.property_id, '00000000-0000-0000-0000-000000000000') = measure_recount.key
)
select distinct lead
from touched
where lead is not null
