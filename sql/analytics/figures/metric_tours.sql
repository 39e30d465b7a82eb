-- One row is one scope: the leads that came to tour_scheduled in the window, each once, by what is told of the tour.
-- The times of tours are not known: one that is told as booked while its lead is in tour_scheduled may be over. Not
-- every system can record that nobody came.
insert into metric_tours (
  as_of, window_start, window_end, scope, property_id, property_name,
  booked, showed, cancelled, upcoming, not_recorded_as_shown, no_show, unknown,
  showed_rate, lo95, hi95)
with counted as materialized (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    count(*) as booked,
    count(*) filter (where tour_status = 'showed') as showed,
    count(*) filter (where tour_status = 'cancelled') as cancelled,
    count(*) filter (where tour_status = 'booked' and is_waiting) as upcoming,
    count(*) filter (where tour_status = 'no_show' or tour_status = 'booked' and not is_waiting)
      as not_recorded,
    count(*) filter (where tour_status = 'no_show') as no_show,
    count(*) filter (where tour_status is null) as unknown
  from measure_described
  where has_tour
  group by grouping sets ((property_id), ())
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  coalesce(booked, 0),
  coalesce(showed, 0),
  coalesce(cancelled, 0),
  coalesce(upcoming, 0),
  coalesce(not_recorded, 0),
  coalesce(no_show, 0),
  coalesce(unknown, 0),
  showed::double precision / nullif(showed + not_recorded, 0),
  wilson_low(showed, showed + not_recorded),
  wilson_high(showed, showed + not_recorded)
from measure_scope
left join counted using (scope, key)
where exists (select from measure_described)
