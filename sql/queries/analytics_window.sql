-- Grain: the latest measurement of one property, or the latest of one window, named to the second
-- as the figures print it.
select as_of, window_start, window_end
from metric_performance
where scope = 'property' and property_id = $1::uuid
  and ($2::timestamptz is null or date_trunc('second', window_start) = date_trunc('second', $2::timestamptz))
  and ($3::timestamptz is null or date_trunc('second', window_end) = date_trunc('second', $3::timestamptz))
order by as_of desc, window_end desc, window_start
limit 1
