-- Grain: one row: the seconds from the end of the latest night that finished until $1, or until now where it
-- is null; null: none did.
select extract(epoch from coalesce($1::text::timestamptz, now()) - max(finished_at))::float8 as age
from sync_run
where mode = 'run' and state = 'finished'
