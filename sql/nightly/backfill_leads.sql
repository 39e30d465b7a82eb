-- Grain: one lead that the plan takes over with the status found and that changed on or after $1, the latest
-- first, $2 leads at most. taken_over: how many leads the plan takes over in all.
select resman_lead_id, property_id, conversation_id, target,
  (select count(*) from stage_plan where verdict = 'baseline' and action = 'log') as taken_over
from stage_plan
where verdict = 'baseline' and action = 'log' and target is not null
  and resman_version::timestamptz >= $1::timestamptz
order by resman_version::timestamptz desc, resman_lead_id
limit $2::bigint
