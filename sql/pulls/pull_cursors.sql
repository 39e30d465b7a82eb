-- Grain: one (system, property) that was read completely in an earlier run.
select system, property_id, leads, recent,
  to_char(watermark at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as watermark
from pull_cursor
