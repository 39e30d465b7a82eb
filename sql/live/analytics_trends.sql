-- Grain: one row: the trends of one property ($1) in one measurement ($2 to $4, as text $5).
with
measured as (
  select $1::uuid as property_id, $2::timestamptz as as_of, $3::timestamptz as window_start,
    $4::timestamptz as window_end
),
by_day as (
  select m.day, sum(m.changes)::bigint as changes
  from measured x
  join metric_daily m
    on m.as_of = x.as_of and m.window_start = x.window_start and m.window_end = x.window_end
    and m.scope = 'property' and m.property_id = x.property_id
  group by m.day
),
days as (
  select jsonb_agg(
    jsonb_build_object('date', to_char(day, 'YYYY-MM-DD'), 'count', changes) order by day) as data
  from by_day
),
standing as (
  select m.status, m.leads, m.day, max(m.day) over () as last_day
  from measured x
  join metric_distribution m
    on m.as_of = x.as_of and m.window_start = x.window_start and m.window_end = x.window_end
    and m.scope = 'property' and m.property_id = x.property_id
),
distribution as (
  select jsonb_object_agg(status, leads) as data from standing where day = last_day
),
funnel as (
  select jsonb_agg(
    jsonb_build_object(
      'status', m.status, 'count', coalesce(m.reached, 0), 'conversion_rate', m.overall_rate)
    order by m.step_order) as data
  from measured x
  join metric_funnel m
    on m.as_of = x.as_of and m.window_start = x.window_start and m.window_end = x.window_end
    and m.scope = 'property' and m.property_id = x.property_id
  where m.maturity = 'all'
)
select $5::jsonb || jsonb_build_object(
  'daily_status_changes', coalesce((select data from days), '[]'),
  'status_distribution', coalesce((select data from distribution), '{}'),
  'conversion_funnel', coalesce((select data from funnel), '[]')) as figures
