-- One row is one time zone and the first of consecutive local days that begin at one distance from
-- midnight in UTC. $1 and $2 are the first and the last day, counted from 2000-01-01; the first day of
-- a zone stands for those before it. ahead: microseconds by which its midnight comes earlier.
with zone as (
  select known_timezone(timezone) as timezone
  from property
  union
  select timezone
  from measured_property
),
midnight as (
  select
    timezone,
    i as day,
    (extract(epoch from (date '2000-01-01' + i)::timestamp at time zone 'UTC'
      - (date '2000-01-01' + i)::timestamp at time zone timezone) * 1000000)::bigint as ahead
  from zone
  cross join generate_series($1::integer, $2::integer) as i
),
compared as (
  select *, lag(ahead) over (partition by timezone order by day) as ahead_before
  from midnight
)
select timezone, day, ahead
from compared
where ahead is distinct from ahead_before
order by timezone, day
