-- Grain: the next action that is due, locked until its transaction ends.
select id, property_id, log_id, action, event, attempts
from workflow_execution
where state = 'pending' and next_attempt_at <= now()
order by next_attempt_at, log_id, rule_id, action_index
limit 1
for update skip locked
