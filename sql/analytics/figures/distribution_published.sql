-- One row is one row of metric_distribution in the report before this one.
select scope = 'portfolio' as is_portfolio, property_id, day, status, leads
from metric_distribution
where as_of = (select max(as_of) from published_scope)
