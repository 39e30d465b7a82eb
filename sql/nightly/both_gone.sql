-- Grain: one question about a lead that was left open and that neither system shows any more: it is healed, in the run $1
-- of $2, and what both had shown of the lead is not kept. Only where every property was read whole from both systems: then
-- the lead is at no other one. Leads with a question are staged wherever a page shows them. A set difference, as in diff.
-- Follows sightings and log_agreements.
with gone as materialized (
  (select l.resman_lead_id
  from lead l
  where l.domiq_raw is not null
    and (l.domiq is distinct from l.base or l.resman is distinct from l.base or l.base is null)
    and l.property_id in (select p.property_id from stage_pull p)
  union all
  select i.resman_lead_id
  from review_item i
  where i.state in ('open', 'accepted', 'ignored')
    and i.property_id in (select p.property_id from stage_pull p))
  except (
    select s.resman_lead_id from stage_domiq s
    union all
    select s.resman_lead_id from stage_resman s
    union all
    select s.resman_lead_id from stage_diff s
    union all
    select g.resman_lead_id from status_sync_log g where g.sync_status = 'pending')
),
cleared as (
  update lead l
  set
    domiq_agreed = case when l.domiq = l.base then l.base else l.domiq_agreed end,
    resman_agreed = case
      when l.resman = l.base and not l.resman_acknowledged then l.base else l.resman_agreed end,
    domiq_raw = null, domiq = null, domiq_version = null,
    resman_raw = null, resman = null, resman_version = null, resman_acknowledged = false
  from gone g
  where l.resman_lead_id = g.resman_lead_id
)
update review_item i
set state = 'healed', last_seen = $2::timestamptz, last_run = $1::uuid
from gone g
where i.resman_lead_id = g.resman_lead_id and i.state in ('open', 'accepted', 'ignored')
