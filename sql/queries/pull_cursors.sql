-- Grain: one (system, property) that was read completely before.
select system, property_id, to_char(watermark, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as watermark
from pull_cursor
where watermark is not null
