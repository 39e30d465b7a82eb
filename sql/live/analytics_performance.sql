-- Grain: one row: the performance of one property ($1) in one measurement ($2 to $4, as text $5).
with
measured as (
  select $1::uuid as property_id, $2::timestamptz as as_of, $3::timestamptz as window_start,
    $4::timestamptz as window_end
),
figures as (
  select jsonb_object_agg(m.metric, m.value) as data
  from measured x
  join metric_performance m
    on m.as_of = x.as_of and m.window_start = x.window_start and m.window_end = x.window_end
    and m.scope = 'property' and m.property_id = x.property_id
  where m.metric in (
    'average_response_time', 'status_update_accuracy', 'workflow_trigger_rate',
    'notification_delivery_rate')
)
select $5::jsonb || coalesce((select data from figures), '{}') as figures
