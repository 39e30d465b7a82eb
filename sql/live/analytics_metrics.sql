-- Grain: one row: the metrics of one property ($1) in one measurement ($2 to $4, as text $5).
with
measured as (
  select $1::uuid as property_id, $2::timestamptz as as_of, $3::timestamptz as window_start,
    $4::timestamptz as window_end
),
changes as (
  select m.value::bigint as total
  from measured x
  join metric_performance m
    on m.as_of = x.as_of and m.window_start = x.window_start and m.window_end = x.window_end
    and m.scope = 'property' and m.property_id = x.property_id
  where m.metric = 'total_status_changes'
),
stays as (
  select jsonb_object_agg(m.status, m.mean_seconds) as data
  from measured x
  join metric_time_in_status m
    on m.as_of = x.as_of and m.window_start = x.window_start and m.window_end = x.window_end
    and m.scope = 'property' and m.property_id = x.property_id
),
rates as (
  select jsonb_object_agg(m.status, m.rate) as data
  from measured x
  join metric_conversion m
    on m.as_of = x.as_of and m.window_start = x.window_start and m.window_end = x.window_end
    and m.scope = 'property' and m.property_id = x.property_id
),
ten as (
  select m.from_status, m.to_status, m.count
  from measured x
  join metric_transitions m
    on m.as_of = x.as_of and m.window_start = x.window_start and m.window_end = x.window_end
    and m.scope = 'property' and m.property_id = x.property_id
  order by m.count desc, m.from_status, m.to_status
  limit 10
),
transitions as (
  select jsonb_agg(
    jsonb_build_object('from', from_status, 'to', to_status, 'count', count)
    order by count desc, from_status, to_status) as data
  from ten
)
select $5::jsonb || jsonb_build_object(
  'total_status_changes', (select total from changes),
  'average_time_in_status', coalesce((select data from stays), '{}'),
  'status_conversion_rates', coalesce((select data from rates), '{}'),
  'most_common_transitions', coalesce((select data from transitions), '[]')) as figures
