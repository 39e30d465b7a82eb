-- One row: the bounds of the two windows that are compared, the length of the funnel window, and the start of
-- the days in which outliers are looked for. Instants in microseconds since 1970, lengths in microseconds.
select
  (extract(epoch from now.as_of) * 1000000)::bigint as as_of,
  (extract(epoch from now.window_start) * 1000000)::bigint as window_start,
  (extract(epoch from now.window_end) * 1000000)::bigint as window_end,
  (extract(epoch from before.as_of) * 1000000)::bigint as before_as_of,
  (extract(epoch from before.window_start) * 1000000)::bigint as before_start,
  (extract(epoch from measure_scope.funnel_window) * 1000000)::bigint as funnel,
  (extract(epoch from least(now.window_end, now.as_of) - interval '37 days') * 1000000)::bigint
    as outliers_from
from compare_period as now
join compare_period as before on not before.is_current
join measure_scope on measure_scope.scope = 'portfolio'
where now.is_current
