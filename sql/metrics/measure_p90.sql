-- One row is one property and status: the p90 of how long stays in it last, that of the portfolio where
-- the property's is not reached.
create temporary table measure_p90 on commit drop as
select
  coalesce(own.property_id, '00000000-0000-0000-0000-000000000000') as key,
  own.status,
  coalesce(own.p90_seconds, whole.p90_seconds) as p90_seconds
from metric_time_in_status as own
join metric_time_in_status as whole
  on whole.as_of = own.as_of and whole.scope = 'portfolio' and whole.status = own.status
where own.scope = 'property'
  and own.as_of = (select as_of from compare_period where is_current)
