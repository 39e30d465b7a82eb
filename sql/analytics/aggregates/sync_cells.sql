-- One row is one property, direction and local day that lies completely in this window (is_current) or in the
-- window before. Log rows that succeeded, and log rows that succeeded at a second or later attempt, come in
-- separate rows. is_recent: the day is one of those in which outliers are looked for, or near them.
with span as (
  select
    measure_scope.property_id,
    period.is_current,
    (period.window_start at time zone measure_scope.timezone)::date as first_day,
    ((least(period.window_end, period.as_of) - interval '1 microsecond')
      at time zone measure_scope.timezone)::date as last_day
  from measure_scope
  cross join compare_period as period
  where measure_scope.scope = 'property'
)
select
  span.property_id,
  cell.key as direction,
  span.is_current,
  cell.day,
  span.is_current and cell.day > span.last_day - 38 as is_recent,
  case cell.kind when 'delivered' then cell.n end as delivered,
  case cell.kind when 'delivered_retried' then cell.n end as retried
from span
cross join unnest(array['delivered', 'delivered_retried']) as counted (kind)
cross join lateral (
  select rollup.kind, rollup.day, rollup.key, rollup.n
  from rollup
  where rollup.kind = counted.kind
    and rollup.property_id = span.property_id
    and rollup.day > span.first_day
    and rollup.day < span.last_day
    and rollup.n <> 0
  union all
  select rollup.kind, rollup.day, rollup.key, rollup.n
  from rollup
  where span.property_id is null
    and rollup.property_id is null
    and rollup.kind = counted.kind
    and rollup.day > span.first_day
    and rollup.day < span.last_day
    and rollup.n <> 0
) as cell
