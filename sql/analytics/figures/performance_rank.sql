-- One row is one property: its rank by the lower bound of the confidence interval of its leased share, so
-- that a property with three leads does not come first by chance. The share is of the mature leads where the
-- portfolio has at least 30 of them, otherwise of all leads. A property without leads has no rank.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  denominator, value, unit, note)
with step as (
  select funnel.*
  from metric_funnel as funnel
  join compare_period on compare_period.is_current and compare_period.as_of = funnel.as_of
  where funnel.status in ('new', 'leased')
),
shown as materialized (
  select case when max(reached) >= 30 then 'mature' else 'all' end as maturity
  from step
  where scope = 'portfolio' and status = 'new' and maturity = 'mature'
),
ranked as (
  select
    step.*,
    shown.maturity as shown,
    rank() over (order by overall_lo95 desc nulls last) as place,
    count(overall_lo95) over () as ranked
  from step
  join shown using (maturity)
  where scope = 'property' and status = 'leased'
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  'leased_share_rank',
  ranked,
  case when overall_lo95 is not null then place end,
  'rank',
  case
    when overall_lo95 is null then 'not known: no new lead in the window'
    when shown = 'mature' then 'by overall_lo95 of leased, mature leads; 1 is the highest'
    else 'by overall_lo95 of leased, leads of every age; 1 is the highest'
  end
from ranked
