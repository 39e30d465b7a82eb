-- One row is one scope and figure of response time: from the creation of a lead as new to its first move to a
-- status of rank 1 or higher. A lead that moved from new to lost was not answered. A share within a time
-- limit counts the leads created at least that long before as_of.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
with counted as (
  select
    scope,
    key,
    answered,
    case when answered > 0 then total_seconds end as total,
    median_seconds as median,
    answered_chatbot,
    case when answered_chatbot > 0 then total_chatbot end as total_chatbot,
    answered_staff,
    case when answered_staff > 0 then total_staff end as total_staff,
    old_5m,
    within_5m,
    old_1h,
    within_1h,
    old_24h,
    within_24h
  from measure_response
  where is_current
),
mean as (
  select
    measure_scope.*,
    figure.metric,
    figure.total as numerator,
    coalesce(figure.answered, 0) as denominator,
    figure.value,
    figure.note
  from measure_scope
  left join counted using (scope, key)
  cross join lateral (values
    ('average_response_time', total, answered, total / nullif(answered, 0),
      'mean of the leads answered; leads still waiting are not in it'),
    ('median_response_time', null, answered, median,
      'median of the leads answered; leads still waiting are not in it'),
    ('average_response_time_chatbot', total_chatbot, answered_chatbot,
      total_chatbot / nullif(answered_chatbot, 0), 'answered by the chatbot'),
    ('average_response_time_staff', total_staff, answered_staff,
      total_staff / nullif(answered_staff, 0), 'answered by staff')
  ) as figure (metric, total, answered, value, note)
),
share as (
  select
    measure_scope.*,
    figure.metric,
    coalesce(figure.numerator, 0) as numerator,
    coalesce(figure.denominator, 0) as denominator,
    figure.note
  from measure_scope
  left join counted using (scope, key)
  cross join lateral (values
    ('response_within_5m', within_5m, old_5m, 'of the leads created at least 5 minutes before as_of'),
    ('response_within_1h', within_1h, old_1h, 'of the leads created at least 1 hour before as_of'),
    ('response_within_24h', within_24h, old_24h, 'of the leads created at least 24 hours before as_of')
  ) as figure (metric, numerator, denominator, note)
)
select
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, null, null, 'seconds', note
from mean
union all
select
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, numerator::double precision / nullif(denominator, 0),
  wilson_low(numerator, denominator), wilson_high(numerator, denominator), 'rate', note
from share
