-- Grain: one workflow action of the lead $1 that is not executed yet, locked until the transaction ends: what it
-- writes is there when the rest is emptied. Its follow-ups come after it: erase_hold_follow_ups.
select id from workflow_execution where resman_lead_id = $1 and state = 'pending' order by id for update
