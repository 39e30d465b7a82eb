-- Grain: one reminder, ended.
update follow_up set state = $2, finished_at = now() where id = $1::uuid
