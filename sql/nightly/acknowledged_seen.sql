-- Grain: one lead of which ResMan shows the status that it acknowledged before: it is a sighting now. Follows sightings.
update lead l
set resman_acknowledged = false
from stage_resman s
where s.resman_lead_id = l.resman_lead_id
  and l.resman_acknowledged and s.problem is null and s.status = l.resman
