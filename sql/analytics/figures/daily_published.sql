-- One row is one row of metric_daily in the report before this one.
select scope = 'portfolio' as is_portfolio, property_id, day, changes, creations, failed
from metric_daily
where as_of = (select max(as_of) from published_scope)
