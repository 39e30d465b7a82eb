-- Grain: one staged record of a lead that was erased: nothing of it is kept but its status.
with of_domiq as (
  update stage_domiq set description = null
  where description is not null and resman_lead_id in (select e.resman_lead_id from erasure e)
)
update stage_resman set description = null
where description is not null and resman_lead_id in (select e.resman_lead_id from erasure e)
