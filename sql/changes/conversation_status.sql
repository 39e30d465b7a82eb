-- Grain: one conversation, locked until the transaction ends.
select status from conversation where id = $1::uuid for update
