-- Grain: one property: everything that its page says of one as_of ($1), or of one property alone ($2), in the order of
-- name and id. standing: its figures beside the quarter and three quarters of the properties that have at least
-- 30 leads to rest one on, and the portfolio's. What is joined by property is materialized: the planner takes each
-- for a single row, and would compute it anew for every property.
with
shown as (
  select $1::timestamptz as as_of
),
named as (
  select
    m.property_id,
    max(m.property_name) as name,
    max(m.window_start) as window_start,
    max(m.window_end) as window_end
  from metric_funnel m, shown
  where m.as_of = shown.as_of and m.scope = 'property' and m.property_id is not null
    and ($2::uuid is null or m.property_id = $2::uuid)
  group by m.property_id
),
funnel as materialized (
  select property_id, jsonb_object_agg(maturity, steps) as data
  from (
    select m.property_id, m.maturity, jsonb_agg(jsonb_build_object(
      'status', m.status, 'reached', coalesce(m.reached, 0), 'visited', coalesce(m.visited, 0),
      'skipped', coalesce(m.skipped, 0), 'stepRate', m.step_rate, 'stepLow', m.step_lo95,
      'stepHigh', m.step_hi95, 'overallRate', m.overall_rate, 'overallLow', m.overall_lo95,
      'overallHigh', m.overall_hi95, 'overallMin', m.overall_min, 'overallMax', m.overall_max,
      'lost', m.lost, 'open', m.open) order by m.step_order) as steps
    from metric_funnel m, shown
    where m.as_of = shown.as_of and m.scope = 'property' and m.property_id is not null
    group by m.property_id, m.maturity
  ) by_maturity
  group by property_id
),
figures as materialized (
  select m.property_id, jsonb_object_agg(m.metric, jsonb_build_object(
    'numerator', m.numerator, 'denominator', m.denominator, 'value', m.value,
    'lo95', m.lo95, 'hi95', m.hi95, 'unit', m.unit, 'note', m.note)) as data
  from metric_performance m, shown
  where m.as_of = shown.as_of and m.scope = 'property' and m.property_id is not null
    and m.metric in ('km_median_response_time', 'response_within_5m',
      'response_within_1h_office_hours', 'response_within_1h_other_hours')
  group by m.property_id
),
stays as materialized (
  select m.property_id, jsonb_agg(jsonb_build_object(
    'status', m.status, 'closed', coalesce(m.n_closed, 0), 'open', coalesce(m.n_open, 0),
    'median', m.km_median_seconds, 'low', m.km_lo95_seconds, 'high', m.km_hi95_seconds,
    'p25', m.p25_seconds, 'p75', m.p75_seconds, 'oldestOpen', m.oldest_open_seconds)
    order by array_position(
      array['new', 'contacted', 'qualified', 'tour_scheduled', 'application'], m.status)) as data
  from metric_time_in_status m, shown
  where m.as_of = shown.as_of and m.scope = 'property' and m.property_id is not null
  group by m.property_id
),
unanswered as (
  select
    m.*,
    row_number() over (partition by m.property_id order by m.waiting_since desc, m.resman_lead_id) as place
  from metric_unanswered m, shown
  where m.as_of = shown.as_of and m.scope = 'property' and m.property_id is not null
),
unanswered_first as materialized (
  select
    property_id,
    jsonb_agg(jsonb_build_object(
      'lead', resman_lead_id, 'property', null, 'seconds', waiting_seconds,
      'atLeast', not from_creation, 'agent', agent_name) order by place) as data
  from unanswered
  where place <= 50
  group by property_id
),
unanswered_agent as (
  select
    property_id,
    agent_name,
    count(*) filter (where not over_48h) as over_24h,
    count(*) filter (where over_48h) as over_48h
  from unanswered
  group by property_id, agent_name
),
unanswered_of as materialized (
  select
    property_id,
    jsonb_agg(jsonb_build_object(
      'name', agent_name, 'over24h', over_24h, 'over48h', over_48h, 'answered', '{}'::jsonb)
      order by over_48h desc, over_24h desc, agent_name) as agents,
    sum(over_24h)::bigint as over_24h,
    sum(over_48h)::bigint as over_48h
  from unanswered_agent
  group by property_id
),
weeks as materialized (
  select m.property_id, jsonb_agg(jsonb_build_object(
    'metric', m.metric, 'basis', m.basis, 'start', to_char(m.week_start, 'YYYY-MM-DD'), 'ago', m.weeks_ago,
    'isComplete', m.complete, 'numerator', m.numerator, 'denominator', m.denominator, 'value', m.value)
    order by m.weeks_ago, m.metric) as data
  from metric_weeks m, shown
  where m.as_of = shown.as_of and m.scope = 'property' and m.property_id is not null
  group by m.property_id
),
curves as materialized (
  select m.property_id, jsonb_agg(jsonb_build_object(
    'curve', m.curve, 'day', m.day, 'leads', m.leads, 'reached', m.reached, 'waiting', m.waiting,
    'probability', m.probability, 'low', m.lo95, 'high', m.hi95) order by m.curve desc, m.day) as data
  from metric_curves m, shown
  where m.as_of = shown.as_of and m.scope = 'property' and m.property_id is not null
  group by m.property_id
),
truncated as materialized (
  select m.property_id, jsonb_build_array(jsonb_build_object(
    'issue', m.issue, 'count', m.count, 'total', m.total, 'note', m.note)) as data
  from metric_data_quality m, shown
  where m.as_of = shown.as_of and m.scope = 'property' and m.property_id is not null
    and m.issue = 'truncated'
),
history as materialized (
  select
    m.property_id,
    max(m.value) filter (where m.metric = 'history_days')::integer as days,
    max(m.value) filter (where m.metric = 'funnel_whole_days')::integer as whole_days
  from metric_performance m, shown
  where m.as_of = shown.as_of and m.scope = 'property' and m.metric in ('history_days', 'funnel_whole_days')
  group by m.property_id
),
-- One row is one figure of the portfolio or of one property; n: the leads or stays that it rests on.
figure as (
  select m.scope, m.property_id, m.metric as name, m.denominator as n, m.value, m.lo95 as low, m.hi95 as high
  from metric_performance m, shown
  where m.as_of = shown.as_of and m.metric in ('response_within_1h', 'response_within_24h',
    'response_within_1h_office_hours', 'response_within_1h_other_hours', 'km_median_response_time')
  union all
  select scope, property_id, 'reached_' || status, leads, overall_rate, overall_lo95, overall_hi95
  from (
    select
      m.*,
      max(m.reached) filter (where m.status = 'new') over (partition by m.scope, m.property_id) as leads
    from metric_funnel m, shown
    where m.as_of = shown.as_of and m.maturity = 'all'
  ) step
  where status <> 'new'
  union all
  select m.scope, m.property_id, 'median_' || m.status, m.n_closed + m.n_open, m.km_median_seconds,
    m.km_lo95_seconds, m.km_hi95_seconds
  from metric_time_in_status m, shown
  where m.as_of = shown.as_of
),
band as materialized (
  select
    name,
    percentile_cont(0.25) within group (order by value) as quarter,
    percentile_cont(0.75) within group (order by value) as three_quarters,
    count(*) as properties
  from figure
  where scope = 'property' and property_id is not null and n >= 30 and value is not null
  group by name
),
portfolio as materialized (
  select name, value
  from figure
  where scope = 'portfolio'
),
standing as materialized (
  select
    f.property_id,
    jsonb_agg(jsonb_build_object(
      'name', f.name, 'n', coalesce(f.n, 0)::bigint, 'value', f.value, 'low', f.low, 'high', f.high,
      'quarter', case when b.properties >= 4 then b.quarter end,
      'threeQuarters', case when b.properties >= 4 then b.three_quarters end,
      'portfolio', p.value) order by f.name) as data
  from figure f
  left join band b on b.name = f.name
  left join portfolio p on p.name = f.name
  where f.scope = 'property' and f.property_id is not null
  group by f.property_id
)
select
  lower(named.property_id::text) as property_id,
  named.name,
  coalesce(unanswered_of.over_24h, 0) as over_24h,
  coalesce(unanswered_of.over_48h, 0) as over_48h,
  coalesce(standing.data, '[]') as standing,
  jsonb_build_object(
    'asOf', to_char(shown.as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'windowStart', to_char(named.window_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'windowEnd', to_char(named.window_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    'timezone', zone.name,
    'historySince', to_char((shown.as_of at time zone zone.name)::date - history.days, 'YYYY-MM-DD'),
    'wholeSince', to_char((shown.as_of at time zone zone.name)::date - history.whole_days, 'YYYY-MM-DD'),
    'figures', coalesce(figures.data, '{}'),
    'funnel', coalesce(funnel.data, '{}'),
    'timeInStatus', coalesce(stays.data, '[]'),
    'days', '[]'::jsonb,
    'deliveries', '[]'::jsonb,
    'properties', '[]'::jsonb,
    'changes', '[]'::jsonb,
    'stalled', '[]'::jsonb,
    'stalledCount', 0,
    'unanswered', coalesce(unanswered_first.data, '[]'),
    'unansweredByProperty', case when unanswered_of.property_id is null then '[]'::jsonb else
      jsonb_build_array(jsonb_build_object(
        'id', null, 'name', named.name, 'over24h', unanswered_of.over_24h,
        'over48h', unanswered_of.over_48h, 'answered', '{}'::jsonb)) end,
    'unansweredByAgent', coalesce(unanswered_of.agents, '[]'),
    'weeks', coalesce(weeks.data, '[]'),
    'curves', coalesce(curves.data, '[]'),
    'reviews', '[]'::jsonb,
    'reviewCount', 0,
    'quality', coalesce(truncated.data, '[]'),
    'restatedCount', 0,
    'restatedDays', 0) as page
from named
cross join shown
left join property on property.id = named.property_id
cross join lateral (select known_timezone(property.timezone) as name) as zone
left join funnel on funnel.property_id = named.property_id
left join figures on figures.property_id = named.property_id
left join stays on stays.property_id = named.property_id
left join unanswered_first on unanswered_first.property_id = named.property_id
left join unanswered_of on unanswered_of.property_id = named.property_id
left join weeks on weeks.property_id = named.property_id
left join curves on curves.property_id = named.property_id
left join truncated on truncated.property_id = named.property_id
left join history on history.property_id = named.property_id
left join standing on standing.property_id = named.property_id
order by named.name nulls last, named.property_id
