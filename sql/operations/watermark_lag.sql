-- Grain: one system: seconds at $1 since the last complete pull of the property whose last complete pull is
-- oldest.
select system, extract(epoch from $1::timestamptz - min(last_complete_at))::float8 as seconds
from pull_cursor
where last_complete_at is not null
group by system
