-- Grain: one run, latest first.
select to_jsonb(r) as run
from (
  select id, to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as started_at,
    mode, state, exit_code, (summary ->> 'pulled')::int as pulled,
    (summary ->> 'planned')::int as planned,
    extract(epoch from finished_at - started_at)::float8 as seconds
  from sync_run
  order by sync_run.started_at desc
  limit 10
) r
