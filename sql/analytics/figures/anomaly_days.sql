-- One row is one scope, figure and local day of the 35 full days before the end of the window: numerator k
-- and denominator n; n is null where the figure is a count. recent: one of the last seven days. A count of a day
-- on which leads were not yet known from their creation has no row: it is not 0. Order: day.
with period as (
  select least(window_end, as_of) as until
  from compare_period
  where is_current
),
-- One row is one scope: its last full local day. The portfolio's last full day is over at every property.
calendar as (
  select
    scope,
    key,
    case scope
      when 'portfolio' then min((period.until at time zone
        case measure_scope.timezone when 'mixed' then 'UTC' else measure_scope.timezone end)::date - 1)
        over ()
      else (period.until at time zone measure_scope.timezone)::date - 1
    end as last_full,
    measure_scope.first_day + 1 as first_full,
    measure_scope.property_id
  from measure_scope
  cross join period
),
changed as (
  select scope, key, figure.metric, day, figure.k::numeric as k, null::bigint as n
  from measure_day
  cross join lateral (values
    ('total_status_changes', changes), ('creations', creations)
  ) as figure (metric, k)
),
answered as (
  select
    property_id,
    'response_within_1h' as metric,
    day,
    quick as k,
    created as n
  from measure_answered
),
synced as (
  select
    property_id,
    'sync_success_rate' as metric,
    day,
    delivered as k,
    settled as n
  from measure_sync_day
),
told as (
  select
    told.property_id,
    'notification_delivery_rate' as metric,
    (told.created_at at time zone coalesce(measure_scope.timezone, 'UTC'))::date as day,
    count(*) filter (where told.fate = 'delivered') as k,
    count(*) as n
  from compare_notification as told
  left join measure_scope
    on measure_scope.scope = 'property' and measure_scope.property_id = told.property_id
  where told.is_current
    and told.fate in ('delivered', 'failed', 'bounced', 'expired')
  group by 1, 3
),
cell as (
  select *
  from answered
  union all
  select *
  from synced
  union all
  select *
  from told
),
rated as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    metric,
    day,
    coalesce(sum(k), 0) as k,
    sum(n) as n
  from cell
  group by grouping sets ((property_id, metric, day), (metric, day))
),
figure as (
  select *
  from changed
  union all
  select *
  from rated
)
select
  figure.scope,
  figure.key,
  figure.metric,
  to_char(figure.day, 'YYYY-MM-DD') as day,
  extract(isodow from figure.day)::integer as weekday,
  figure.day > calendar.last_full - 7 as recent,
  figure.k::bigint as k,
  figure.n::bigint as n
from figure
join calendar using (scope, key)
left join measure_history using (scope, key)
where figure.day <= calendar.last_full
  and figure.day > calendar.last_full - 35
  and figure.day >= calendar.first_full
  and (figure.n is not null or figure.day > measure_history.whole)
order by figure.day
