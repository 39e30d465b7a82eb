-- Grain: one lead, as both sides showed it after its repair.
update lead set
  domiq_raw = $2, domiq = $3, domiq_version = $4,
  resman_raw = $5, resman = $6, resman_version = $7
where resman_lead_id = $1
