-- Grain: one repair of this run, with its outcome.
update drift set outcome = $3, reason = coalesce($4, reason)
where run_id = $1::uuid and resman_lead_id = $2
