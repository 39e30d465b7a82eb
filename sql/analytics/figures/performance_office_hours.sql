-- One row is one scope and figure: of the leads created as new while the office was open, or while it was
-- closed, those answered within an hour. The two add up to response_within_1h.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
with counted as materialized (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    in_hours,
    sum(within_1h)::bigint as within,
    sum(old_1h)::bigint as old
  from measure_created
  group by grouping sets ((property_id, in_hours), (in_hours))
),
figure as (
  select
    measure_scope.*,
    figure.metric,
    coalesce(counted.within, 0) as within,
    coalesce(counted.old, 0) as old,
    figure.note
  from measure_scope
  cross join (values
    ('response_within_1h_office_hours', true, 'of the leads created in office hours, at least 1 hour before as_of'),
    ('response_within_1h_other_hours', false,
      'of the leads created outside office hours, at least 1 hour before as_of')
  ) as figure (metric, in_hours, note)
  left join counted using (scope, key, in_hours)
)
select
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  within, old, within::double precision / nullif(old, 0),
  wilson_low(within, old), wilson_high(within, old), 'rate', note
from figure
