-- One row is one local day of one property, direction and author, of the newest night.
select *
from {{ source('status_sync', 'metric_daily_latest') }}
where scope = 'property'
