-- Grain: one lock, taken by this session with this key.
update job_lock
set key = $2::bigint, pid = pg_backend_pid(), taken_at = now(), backend_start = (
  select backend_start from pg_stat_activity where pid = pg_backend_pid())
where name = $1
