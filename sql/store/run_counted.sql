-- Grain: one row: runs since the last finished full pull (null: there was none), as of $1. Only for the holder of the
-- lock: whatever their state says, they have ended, and one that failed counts as well. What began later than $1 began
-- under a wrong clock.
select (
  select count(*)
  from sync_run r
  where r.mode = 'run' and r.started_at > last.at and r.started_at <= $1::timestamptz) as runs
from (
  select max(started_at) as at
  from sync_run
  where mode = 'run' and state = 'finished' and full_pull and started_at <= $1::timestamptz) last
where last.at is not null
