-- Grain: one measurement that is no longer kept at $1. Kept are all of the last $2 days; before, of each of the newest
-- $3 weeks and $4 months that have one the newest of the standard window, a run's before others; and always the newest.
with ranked as (
  select as_of, standard,
    row_number() over (
      partition by standard, date_trunc('week', as_of, 'UTC') order by run_id is null, as_of desc)
      as place_in_week,
    dense_rank() over (partition by standard order by date_trunc('week', as_of, 'UTC') desc) as week,
    row_number() over (
      partition by standard, date_trunc('month', as_of, 'UTC') order by run_id is null, as_of desc)
      as place_in_month,
    dense_rank() over (partition by standard order by date_trunc('month', as_of, 'UTC') desc) as month
  from measurement
  where as_of < $1::timestamptz - make_interval(days => $2::integer)
)
select as_of
from ranked
where not (standard and (place_in_week = 1 and week <= $3::integer or place_in_month = 1 and month <= $4::integer))
  and as_of is distinct from latest_measurement()
order by as_of
