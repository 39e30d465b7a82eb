-- One row is one scope: the Kaplan-Meier median of the response time over all leads created as new; leads
-- that still wait or were lost unanswered are censored. $1: the figures as a JSON array of objects with
-- scope, key, n, median, lo, hi; durations in seconds.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  denominator, value, lo95, hi95, unit, note)
with figure as (
  select *
  from jsonb_to_recordset($1::jsonb) as figure (
    scope text, key uuid, n bigint, median double precision, lo double precision, hi double precision)
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  'km_median_response_time',
  coalesce(n, 0),
  median,
  lo,
  hi,
  'seconds',
  case
    when coalesce(n, 0) = 0 then 'not known: no lead was created as new in the window'
    when median is null then 'not reached: fewer than half are estimated to have been answered'
    else 'Kaplan-Meier over all leads created as new; waiting and lost ones are censored'
  end
from measure_scope
left join figure using (scope, key)
