-- Grain: one lock, its row held until the end of the transaction.
select key, pid, backend_start from job_lock where name = $1 for update
