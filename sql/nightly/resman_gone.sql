-- Grain: one lead that ResMan had shown before and does not have any more in the run $1, which asked for it by its id, or
-- that a complete pull of ResMan lacks and that did not answer when it was asked for. What it showed is not kept, or a later
-- incremental pull would count it as unchanged: so the next run asks again. Follows sightings.
update lead l
set
  resman_agreed = case
    when l.resman = l.base and not l.resman_acknowledged then l.base else l.resman_agreed end,
  resman_raw = null, resman = null, resman_version = null, resman_acknowledged = false
from drift d
where d.run_id = $1::uuid and d.resman_raw is null
  and (d.verdict = 'missing_in_resman' or (
    select s.resman_presence from stage_diff s where s.resman_lead_id = d.resman_lead_id) = 'missing')
  and l.resman_lead_id = d.resman_lead_id and l.resman_raw is not null
