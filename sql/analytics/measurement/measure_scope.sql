-- One row is one scope: the portfolio, or a property that exists or occurs in the log. $1 as_of, $2 and $3
-- the window, $4 the funnel window in seconds. Days are local days of the property; the portfolio's days span
-- those of all properties.
insert into measure_scope (
  scope, key, property_id, property_name, timezone, as_of, window_start, window_end,
  funnel_window, first_day, last_day)
with pinned as (
  select
    $1::timestamptz as as_of,
    $2::timestamptz as window_start,
    $3::timestamptz as window_end,
    make_interval(secs => $4::double precision) as funnel_window
),
known as (
  select id as property_id
  from property
  union
  select property_id
  from rollup
  where kind = 'rows'
  union
  select coalesce(
    log.property_id,
    (select conversation.property_id from conversation where conversation.id = log.conversation_id))
  from status_sync_log as log
  where log.sync_status = 'pending'
),
named as (
  select known.property_id, property.name, known_timezone(property.timezone) as timezone
  from known
  left join property on property.id = known.property_id
),
dated as (
  select
    named.*,
    (pinned.window_start at time zone named.timezone)::date as first_day,
    ((least(pinned.window_end, pinned.as_of) - interval '1 microsecond')
      at time zone named.timezone)::date as last_day
  from named
  cross join pinned
),
scopes as (
  select
    'property' as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    property_id,
    name,
    timezone,
    first_day,
    last_day
  from dated
  union all
  select
    'portfolio',
    '00000000-0000-0000-0000-000000000000',
    null,
    null,
    case when count(distinct timezone) > 1 then 'mixed' else coalesce(min(timezone), 'UTC') end,
    coalesce(min(first_day), max((pinned.window_start at time zone 'UTC')::date)),
    coalesce(
      max(last_day),
      max(((least(pinned.window_end, pinned.as_of) - interval '1 microsecond') at time zone 'UTC')::date))
  from pinned
  left join dated on true
)
select
  scope, key, property_id, name, timezone, as_of, window_start, window_end, funnel_window,
  first_day, last_day
from scopes
cross join pinned
