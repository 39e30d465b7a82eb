-- Grain: one row per repair of this run that is given up before it began.
update drift set outcome = $3, reason = $4
where run_id = $1::uuid and action = $2 and outcome is null
