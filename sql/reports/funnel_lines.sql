-- Grain: one step of the portfolio's funnel, leads of every age.
select status, coalesce(reached, 0)::bigint as reached
from metric_funnel
where as_of = $1::timestamptz and scope = 'portfolio' and maturity = 'all'
order by step_order
