-- Grain: one row a repair of this run that has no outcome yet, pulls and pushes apart,
-- ordinary moves before moves into leased and lost: the order of drift_waiting.
select to_jsonb(d) as lead
from drift d
where d.run_id = $1::uuid and d.action = $2 and d.outcome is null
  and d.action in ('push', 'pull')
order by d.target in ('leased', 'lost'), d.resman_lead_id
limit $3
