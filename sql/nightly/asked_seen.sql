-- Grain: one lead of the run $1 that no page of ResMan showed, as it answered when it was asked for by its id: later
-- nights know it.
update lead l
set resman_agreed = case
    when l.resman = l.base and not l.resman_acknowledged then l.base else l.resman_agreed end,
  resman_raw = d.resman_raw, resman = d.resman, resman_version = d.resman_version,
  resman_acknowledged = false
from drift d
join stage_diff s on s.resman_lead_id = d.resman_lead_id
where d.run_id = $1::uuid and d.resman_raw is not null
  and not s.seen_resman and s.resman_presence = 'missing'
  and l.resman_lead_id = d.resman_lead_id
