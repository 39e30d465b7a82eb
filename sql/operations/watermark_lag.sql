-- Grain: one system: seconds since its property that was read completely longest ago was, as of $1.
select system, extract(epoch from $1::timestamptz - min(last_complete_at))::float8 as seconds
from pull_cursor
where last_complete_at is not null
group by system
