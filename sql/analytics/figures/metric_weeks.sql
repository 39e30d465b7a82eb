-- One row is one scope, figure and local week, Monday to Sunday: the one that the end of the window is in and
-- the five before. A week that begins before the window, or before the first lead known from its creation, is
-- not known. The portfolio's running week is that of the property whose day is the latest.
-- What is joined by week is materialized: the planner takes it for a single row, and would compute it for every week.
insert into metric_weeks (
  as_of, window_start, window_end, scope, property_id, property_name,
  week_start, timezone, weeks_ago, complete, metric, basis, numerator, denominator, value)
with clock as (
  select
    scope,
    key,
    case when scope = 'portfolio' then min(last_day) over () else last_day end as slowest_day
  from measure_scope
),
week as (
  select
    measure_scope.*,
    weeks_ago,
    (date_trunc('week', measure_scope.last_day::timestamp)::date - 7 * weeks_ago) as week_start,
    clock.slowest_day
  from measure_scope
  join clock using (scope, key)
  cross join generate_series(0, 5) as weeks_ago
),
known as (
  select
    week.*,
    week_start > week.first_day
      and week_start >= coalesce(measure_history.since, 'infinity') as is_known
  from week
  left join measure_history using (scope, key)
),
event as materialized (
  select
    scope,
    key,
    date_trunc('week', day::timestamp)::date as week_start,
    sum(created)::bigint as new_leads,
    sum(moved_in) filter (where status = 'tour_scheduled')::bigint as tours,
    sum(moved_in) filter (where status = 'application')::bigint as applications,
    sum(moved_in) filter (where status = 'leased')::bigint as leases,
    sum(moved_in) filter (where status = 'lost')::bigint as losses
  from measure_flow
  group by scope, key, week_start
),
cohort as materialized (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    date_trunc('week', day::timestamp)::date as week_start,
    sum(within_1h)::bigint as within_1h,
    sum(old_1h)::bigint as old_1h,
    sum(within_24h)::bigint as within_24h,
    sum(old_24h)::bigint as old_24h
  from measure_created
  group by grouping sets (
    (property_id, date_trunc('week', day::timestamp)::date), (date_trunc('week', day::timestamp)::date))
)
select
  known.as_of,
  known.window_start,
  known.window_end,
  known.scope,
  known.property_id,
  known.property_name,
  known.week_start,
  known.timezone,
  known.weeks_ago,
  known.weeks_ago > 0 and known.slowest_day >= known.week_start + 7,
  figure.metric,
  figure.basis,
  case when known.is_known then figure.k end,
  case when known.is_known then figure.n end,
  case when known.is_known then figure.value end
from known
left join event using (scope, key, week_start)
left join cohort using (scope, key, week_start)
cross join lateral (values
  ('new_leads', 'event', null::bigint, null::bigint, coalesce(event.new_leads, 0)::double precision),
  ('tours', 'event', null, null, coalesce(event.tours, 0)),
  ('applications', 'event', null, null, coalesce(event.applications, 0)),
  ('leases', 'event', null, null, coalesce(event.leases, 0)),
  ('losses', 'event', null, null, coalesce(event.losses, 0)),
  ('response_within_1h', 'cohort', coalesce(cohort.within_1h, 0), coalesce(cohort.old_1h, 0),
    cohort.within_1h::double precision / nullif(cohort.old_1h, 0)),
  ('response_within_24h', 'cohort', coalesce(cohort.within_24h, 0), coalesce(cohort.old_24h, 0),
    cohort.within_24h::double precision / nullif(cohort.old_24h, 0))
) as figure (metric, basis, k, n, value)
