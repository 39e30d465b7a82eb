-- Grain: one action, executed in this transaction.
update workflow_execution
set state = 'done', attempts = attempts + 1, reason = null, finished_at = now()
where id = $1::uuid
