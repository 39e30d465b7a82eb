-- Grain: one record of a lead ($1: their ids) that was not staged because it showed nothing new: both are staged as
-- they were shown, because another property showed the lead as well. $2: a later version is from the future.
with known as (
  select l.*,
    case when l.domiq_version::timestamptz > $2::timestamptz then 32 else 0 end as domiq_future,
    case when l.resman_version::timestamptz > $2::timestamptz then 32 else 0 end as resman_future
  from lead l
  where l.resman_lead_id = any($1::text[])
),
of_domiq as (
  insert into stage_domiq (
    property_id, resman_lead_id, conversation_id, raw, status, version, lead_score, flags)
  select property_id, resman_lead_id, conversation_id, domiq_raw, base, domiq_version, lead_score,
    fields | domiq_future
  from known
)
insert into stage_resman (property_id, resman_lead_id, raw, status, version, lead_score, flags)
select property_id, resman_lead_id, resman_raw, base, resman_version, lead_score,
  fields | resman_future
from known
