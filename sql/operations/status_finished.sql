-- Grain: one row: the seconds from the end of the latest night that finished until $1; null: none did. What ended later
-- than $1 ended under a wrong clock.
select extract(epoch from $1::text::timestamptz - max(finished_at))::float8 as age
from sync_run
where mode = 'run' and state = 'finished' and finished_at <= $1::text::timestamptz
