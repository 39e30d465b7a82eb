-- One row is one scope, step and maturity: the lowest and the highest share of the new leads that the answers
-- to the reviews open at as_of can lead to. An answer either leaves a lead as it is or gives it the status of
-- one side. A lead of the cohort can only gain steps, because a step once reached stays reached. A lead that
-- is not yet in the log is later taken over with the status found, so no answer adds it to the cohort.
with bounds as (
  select as_of, window_start, window_end, funnel_window
  from measure_scope
  where scope = 'portfolio'
),
waiting as (
  select
    item.resman_lead_id as lead,
    item.property_id,
    status_rank(item.domiq) as domiq_rank,
    status_rank(item.resman) as resman_rank
  from review_item as item
  cross join bounds
  where item.first_seen <= bounds.as_of
    and (item.state = 'open' or coalesce(item.answered_at, item.last_seen) > bounds.as_of)
),
known as (
  select
    waiting.lead,
    visit.property_id,
    visit.created_at + bounds.funnel_window <= bounds.as_of as mature,
    visit.created_at >= bounds.window_start and visit.created_at < bounds.window_end as in_cohort,
    coalesce(max(status_rank(visit.status)) filter (
      where visit.entered_at <= visit.created_at + bounds.funnel_window), 0) as highest,
    waiting.domiq_rank,
    waiting.resman_rank
  from waiting
  join visit using (lead)
  cross join bounds
  group by 1, 2, 3, 4, 6, 7
),
open_lead as (
  select property_id, mature, highest, greatest(highest, domiq_rank, resman_rank) as most
  from known
  where in_cohort
),
counted as (
  select
    case grouping(open_lead.property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(open_lead.property_id, '00000000-0000-0000-0000-000000000000') as key,
    maturity,
    step_order,
    count(*) filter (where highest < step_order and most >= step_order) as gain
  from open_lead
  cross join generate_series(0, 5) as step_order
  cross join unnest(array['all', 'mature']) as maturity
  where maturity = 'all' or mature
  group by grouping sets (
    (open_lead.property_id, maturity, step_order), (maturity, step_order))
),
placed as (
  select
    funnel.ctid as row,
    first_value(funnel.reached) over steps as leads,
    funnel.reached,
    coalesce(counted.gain, 0) as gain
  from metric_funnel as funnel
  join bounds using (as_of)
  left join counted
    on counted.scope = funnel.scope
      and counted.key = coalesce(funnel.property_id, '00000000-0000-0000-0000-000000000000')
      and counted.maturity = funnel.maturity
      and counted.step_order = funnel.step_order
  window steps as (
    partition by funnel.scope, funnel.property_id, funnel.maturity order by funnel.step_order)
)
update metric_funnel
set
  overall_min = placed.reached::double precision / nullif(placed.leads, 0),
  overall_max = (placed.reached + placed.gain)::double precision / nullif(placed.leads, 0)
from placed
where metric_funnel.ctid = placed.row
