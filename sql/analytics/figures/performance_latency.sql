-- One row is one scope and figure of sync latency (synced_at - occurred_at) over the successful rows of the
-- window, without bridged ones and those synced before they occurred. The p-th percentile is the smallest latency
-- that at least p % of the rows do not exceed.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
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
  'from when the change happened at its source until both systems held it (synced_at - occurred_at), what waited for a night as well; rows synced before they occurred are not in it'
from measure_scope
left join measure_latency using (scope, key)
cross join lateral (values
  ('sync_latency_p50', null, n, p50, null, null, 'seconds'),
  ('sync_latency_p95', null, n, p95, null, null, 'seconds'),
  ('sync_latency_p99', null, n, p99, null, null, 'seconds'),
  ('sync_within_10s', coalesce(quick, 0), n, quick::double precision / nullif(n, 0),
    wilson_low(quick, n), wilson_high(quick, n), 'rate')
) as figure (metric, numerator, denominator, value, lo95, hi95, unit)
