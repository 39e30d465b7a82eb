-- Grain: one row: finished runs since the last full pull (null: there was none).
select count(*) as runs
from sync_run
where mode = 'run' and state = 'finished'
  and started_at > (
    select max(started_at) from sync_run
    where mode = 'run' and state = 'finished' and full_pull)
having exists (
  select from sync_run where mode = 'run' and state = 'finished' and full_pull)
