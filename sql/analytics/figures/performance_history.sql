-- One row is one scope and figure of history: how many local days before as_of it begins, and from which day
-- on the funnel is complete.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric, value, unit, note)
with today as (
  select
    scope,
    key,
    (as_of at time zone case timezone when 'mixed' then 'UTC' else timezone end)::date as day
  from measure_scope
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  figure.metric,
  today.day - figure.day,
  'days',
  case when figure.day is null then figure.missing else figure.note || to_char(figure.day, 'YYYY-MM-DD') end
from measure_scope
join today using (scope, key)
left join measure_history using (scope, key)
cross join lateral (values
  ('history_days', measure_history.since, 'local days since the first lead known from its creation: ',
    'not known: no lead is known from its creation'),
  ('funnel_whole_days', measure_history.whole,
    'local days since which at least 19 in 20 leads are known from their creation: ',
    'not known: too few leads are known from their creation')
) as figure (metric, day, note, missing)
