-- Grain: one property whose figures were measured as of $1.
select property_id, property_name
from metric_funnel
where as_of = $1::timestamptz and scope = 'property' and property_id is not null
  and status = 'new' and maturity = 'all'
order by property_name, property_id
