-- Grain: one lock; its row is locked until the end of the transaction.
select key, pid, backend_start from job_lock where name = $1 for update
