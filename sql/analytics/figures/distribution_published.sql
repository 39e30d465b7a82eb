-- One row is one row of metric_distribution in the report before this one. While this one is measured, that name means
-- the temporary table that it fills.
select scope = 'portfolio' as is_portfolio, property_id, day, status, leads
from (select max(as_of) as as_of from published_scope) as published
cross join metric_distribution_at(published.as_of)
