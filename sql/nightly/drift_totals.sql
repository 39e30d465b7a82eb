-- Grain: one row per (verdict, action, outcome) of this run.
select verdict, action, outcome, count(*) as leads
from drift
where run_id = $1::uuid
group by verdict, action, outcome
order by verdict, action, outcome
