-- Grain: one measurement of one property: the latest night's, where it has the bounds that are given; or, where both
-- are, one of that window with the instant that a window measured now would have: an older one does not know what became
-- of its leads since. Bounds are compared to the second, as the figures print them; the column bounds is how an answer
-- states the measurement.
select as_of, window_start, window_end, jsonb_build_object(
  'as_of', to_char(as_of at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'window_start', to_char(window_start at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'window_end', to_char(window_end at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as bounds
from metric_performance
where scope = 'property' and property_id = $1::uuid
  and (as_of = (select latest_measurement())
    or ($2::timestamptz is not null and $3::timestamptz is not null
      and as_of = (select as_of from measured_state)))
  and ($2::timestamptz is null or date_trunc('second', window_start) = date_trunc('second', $2::timestamptz))
  and ($3::timestamptz is null or date_trunc('second', window_end) = date_trunc('second', $3::timestamptz))
order by as_of desc, window_end desc, window_start
limit 1
