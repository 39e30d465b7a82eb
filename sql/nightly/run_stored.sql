-- Grain: one run that ended: the one named, or, where null, the latest finished one.
select id, mode, state, exit_code, to_char(as_of at time zone 'UTC', 'YYYY-MM-DD') as day, summary
from sync_run
where case when $1::uuid is null then state = 'finished' else id = $1::uuid end
order by started_at desc
limit 1
