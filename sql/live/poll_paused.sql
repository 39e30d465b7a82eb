-- Grain: one row: whether a run works now; it reads all, and ResMan takes two calls at once.
select exists (
  select from sync_run r
  where r.state = 'running' and exists (
    select from job_lock j
    join pg_locks l on l.pid = j.pid and l.locktype = 'advisory' and l.granted
    where j.name = 'run')) as is_paused
