-- Grain: one row per (property, action, terminal or not) of the repairs planned in this run.
select property_id, action, target in ('leased', 'lost') as terminal, count(*) as repairs
from drift
where run_id = $1::uuid and action in ('push', 'pull') and outcome is null
group by property_id, action, terminal
order by property_id, action, terminal
