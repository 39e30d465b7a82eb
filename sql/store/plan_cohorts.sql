-- Grain: one row per (property, action, terminal or not) of the repairs in the staged plan.
select property_id, action, target in ('leased', 'lost') as terminal, count(*) as repairs
from stage_plan
where action in ('push', 'pull') and outcome is null
group by property_id, action, terminal
order by property_id, action, terminal
