-- One row is one step of the funnel of one property, leads of every age, of the newest night.
select *
from {{ source('status_sync', 'metric_funnel_latest') }}
where scope = 'property' and maturity = 'all'
