-- One row is one scope, step and maturity: the lowest and the highest share of the new leads that any
-- answers to the reviews open at as_of could give. An answer lets a lead stand, or take on what either
-- side says. A lead of the cohort can only gain steps, for what it reached stays reached; a lead that
-- the log does not have yet may join the cohort, with that step or without it.
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
    max(status_rank(visit.status)) filter (
      where visit.entered_at <= visit.created_at + bounds.funnel_window) as highest,
    waiting.domiq_rank,
    waiting.resman_rank
  from waiting
  join visit using (lead)
  cross join bounds
  group by 1, 2, 3, 4, 6, 7
),
open_lead as (
  select
    property_id,
    mature,
    highest is not null as in_cohort,
    highest,
    greatest(highest, domiq_rank, resman_rank) as most,
    least(domiq_rank, resman_rank) as least
  from known
  where in_cohort
  union all
  select
    property_id,
    false,
    false,
    null,
    greatest(domiq_rank, resman_rank),
    least(domiq_rank, resman_rank)
  from waiting
  where not exists (select from journey where journey.lead = waiting.lead)
),
counted as (
  select
    case grouping(open_lead.property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(open_lead.property_id, '00000000-0000-0000-0000-000000000000') as key,
    maturity,
    step_order,
    count(*) filter (where in_cohort and highest < step_order and most >= step_order) as gain,
    count(*) filter (where not in_cohort and most >= step_order) as join_with,
    count(*) filter (where not in_cohort and least < step_order) as join_without
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
    coalesce(counted.gain, 0) as gain,
    coalesce(counted.join_with, 0) as join_with,
    coalesce(counted.join_without, 0) as join_without
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
  overall_min = placed.reached::double precision / nullif(placed.leads + placed.join_without, 0),
  overall_max = (placed.reached + placed.gain + placed.join_with)::double precision
    / nullif(placed.leads + placed.join_with, 0)
from placed
where metric_funnel.ctid = placed.row
