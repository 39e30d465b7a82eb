-- Grain: one lead that DomIQ had shown before and a complete pull of it lacks: as in resman_gone. Follows sightings.
update lead l
set
  domiq_agreed = case when l.domiq = l.base then l.base else l.domiq_agreed end,
  domiq_raw = null, domiq = null, domiq_version = null
from stage_diff s
where s.plain = 'resman_only'
  and l.resman_lead_id = s.resman_lead_id and l.domiq_raw is not null
