-- Grain: one row per repair of this run without an outcome, for one action (push or pull); repairs to leased
-- or lost come last: the order of drift_waiting.
select to_jsonb(d) as lead
from drift d
where d.run_id = $1::uuid and d.action = $2 and d.outcome is null
  and d.action in ('push', 'pull')
order by d.target in ('leased', 'lost'), d.resman_lead_id
limit $3
