-- Grain: one follow-up of the lead $1 that is scheduled, locked until the transaction ends: a reminder that is being
-- written is there when the rest is emptied. Comes after erase_hold: an action that is being executed may schedule one.
select id from follow_up where resman_lead_id = $1 and state = 'scheduled' order by id for update
