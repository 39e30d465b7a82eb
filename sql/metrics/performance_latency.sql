-- One row is one scope and figure of sync latency, synced_at - occurred_at, of the successful rows of
-- the window, bridged hops apart. A percentile is the smallest latency that at least that share has.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
with bounds as (
  select as_of, window_start, window_end
  from measure_scope
  where scope = 'portfolio'
),
synced as (
  select
    coalesce(
      log.property_id,
      (select conversation.property_id from conversation where conversation.id = log.conversation_id)
    ) as property_id,
    extract(epoch from log.synced_at - log.occurred_at)::double precision as seconds
  from status_sync_log as log
  cross join bounds
  where log.sync_status = 'success'
    and not log.bridged
    and log.synced_at is not null
    and coalesce(log.occurred_at, log.created_at) >= bounds.window_start
    and coalesce(log.occurred_at, log.created_at) < bounds.window_end
    and log.occurred_at >= bounds.window_start
    and log.occurred_at < bounds.window_end
    and log.occurred_at <= bounds.as_of
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    count(*) as n,
    count(*) filter (where seconds <= 10) as quick,
    percentile_disc(array[0.5, 0.95, 0.99]) within group (order by seconds) as percentiles
  from synced
  group by grouping sets ((property_id), ())
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  figure.metric,
  figure.numerator,
  coalesce(figure.denominator, 0),
  figure.value,
  figure.lo95,
  figure.hi95,
  figure.unit,
  'synced_at - occurred_at of successful log rows that have both'
from measure_scope
left join counted using (scope, key)
cross join lateral (values
  ('sync_latency_p50', null, n, percentiles[1], null, null, 'seconds'),
  ('sync_latency_p95', null, n, percentiles[2], null, null, 'seconds'),
  ('sync_latency_p99', null, n, percentiles[3], null, null, 'seconds'),
  ('sync_within_10s', coalesce(quick, 0), n, quick::double precision / nullif(n, 0),
    wilson_low(quick, n), wilson_high(quick, n), 'rate')
) as figure (metric, numerator, denominator, value, lo95, hi95, unit)
