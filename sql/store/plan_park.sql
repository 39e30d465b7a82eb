-- Grain: one row per lead that is parked instead of repaired again.
update stage_plan p set outcome = 'parked', reason = $2
from (select distinct id from unnest($1::text[]) named (id)) parked
where p.resman_lead_id = parked.id
