-- Grain: one conversation.
update conversation set status = $2 where id = $1::uuid
