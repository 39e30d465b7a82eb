-- Grain: one run, latest first; with $1, nightly runs only. A run that is marked as running although the
-- session with its lock is gone was interrupted; the next run will record that. What began later than $2 began under a
-- wrong clock.
select to_jsonb(r) as run
from (
  select id, to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as started_at,
    to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as finished_at,
    mode,
    case
      when state = 'running' and not exists (
        select from job_lock j
        join pg_locks l on l.pid = j.pid and l.locktype = 'advisory' and l.granted
        where j.name = 'run')
        then 'interrupted'
      else state
    end as state,
    exit_code, (summary ->> 'pulled')::int as pulled,
    (summary ->> 'planned')::int as planned,
    extract(epoch from finished_at - started_at)::float8 as seconds,
    summary -> 'stages' as stages
  from sync_run
  where (not $1::boolean or mode = 'run') and started_at <= $2::text::timestamptz
  order by sync_run.started_at desc
  limit 10
) r
