-- One row is one time zone and the first of consecutive local days whose midnights have the same offset from
-- UTC. $1 and $2: the first and the last day, counted from 2000-01-01; the first day of a zone also stands
-- for the days before it. ahead: by how many microseconds local midnight comes before midnight UTC of the
-- same date. Where clocks are set back over midnight, so that it occurs twice, PostgreSQL returns the second
-- one; here the first one counts. A midnight that is skipped begins when the clocks are set forward.
with zone as (
  select known_timezone(timezone) as timezone
  from property
  union
  select timezone
  from measured_property
),
named as (
  select
    timezone,
    i as day,
    (date '2000-01-01' + i)::timestamp as midnight,
    (date '2000-01-01' + i)::timestamp at time zone timezone as begins
  from zone
  cross join generate_series($1::integer, $2::integer) as i
),
-- earlier: the same midnight, computed with the offset that was valid twelve hours earlier.
twice_named as (
  select
    *,
    midnight at time zone 'UTC'
      - ((begins - interval '12 hours') at time zone timezone
        - (begins - interval '12 hours') at time zone 'UTC') as earlier
  from named
),
midnight as (
  select
    timezone,
    day,
    (extract(epoch from midnight at time zone 'UTC'
      - case when earlier < begins and earlier at time zone timezone >= midnight then earlier else begins end)
      * 1000000)::bigint as ahead
  from twice_named
),
compared as (
  select *, lag(ahead) over (partition by timezone order by day) as ahead_before
  from midnight
)
select timezone, day, ahead
from compared
where ahead is distinct from ahead_before
order by timezone, day
