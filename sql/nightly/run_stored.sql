-- Grain: one run that ended: the one named, or, where null, the latest finished one that began until $2 (null: whenever).
-- What began later began under a wrong clock.
select id, mode, state, exit_code, to_char(as_of at time zone 'UTC', 'YYYY-MM-DD') as day, summary
from sync_run
where case
  when $1::uuid is null
    then state = 'finished' and started_at <= coalesce($2::text::timestamptz, 'infinity')
  else id = $1::uuid
end
order by started_at desc
limit 1
