-- Grain: one row a lead that is parked instead of repaired once more.
update stage_plan set outcome = 'parked', reason = $2
where resman_lead_id = any($1::text[])
