-- One row is one scope and figure of response: from the creation of a lead as new to its first exit
-- to a status with a rank of 1 or more. A lead that left new for lost has not been answered.
-- The shares within a time rest on the leads created at least that long before as_of.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
with bounds as (
  select as_of, window_start, window_end
  from measure_scope
  where scope = 'portfolio'
),
first_stay as (
  select
    visit.property_id,
    extract(epoch from bounds.as_of - visit.created_at) as age,
    case when status_rank(visit.next_status) >= 1
      then extract(epoch from visit.left_at - visit.entered_at)
    end as seconds,
    visit.next_updated_by as answered_by
  from visit
  cross join bounds
  where visit.n = 1
    and visit.status = 'new'
    and visit.created_at >= bounds.window_start
    and visit.created_at < bounds.window_end
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    count(seconds) as answered,
    sum(seconds) as total,
    percentile_cont(0.5) within group (order by seconds::double precision) as median,
    count(seconds) filter (where answered_by = 'chatbot') as answered_chatbot,
    sum(seconds) filter (where answered_by = 'chatbot') as total_chatbot,
    count(seconds) filter (where answered_by = 'resman_user') as answered_staff,
    sum(seconds) filter (where answered_by = 'resman_user') as total_staff,
    count(*) filter (where age >= 300) as old_5m,
    count(*) filter (where age >= 300 and seconds <= 300) as within_5m,
    count(*) filter (where age >= 3600) as old_1h,
    count(*) filter (where age >= 3600 and seconds <= 3600) as within_1h,
    count(*) filter (where age >= 86400) as old_24h,
    count(*) filter (where age >= 86400 and seconds <= 86400) as within_24h
  from first_stay
  group by grouping sets ((property_id), ())
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
    ('median_response_time', null, answered, median::numeric,
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
  numerator::double precision, denominator, value::double precision, null, null, 'seconds', note
from mean
union all
select
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, numerator::double precision / nullif(denominator, 0),
  wilson_low(numerator, denominator), wilson_high(numerator, denominator), 'rate', note
from share
