-- Grain: one row a planned lead, in the plan's order, after the lead $1.
select to_jsonb(p) as lead
from stage_plan p
where p.resman_lead_id > $1
order by p.resman_lead_id
limit 5000
