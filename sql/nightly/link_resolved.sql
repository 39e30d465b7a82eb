-- Grain: one proposal of a conversation that is linked now.
delete from link_proposal where conversation_id = $1
