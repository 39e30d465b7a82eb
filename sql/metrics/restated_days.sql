-- One row is one scope, figure and closed local day whose value differs from that of the report
-- before this one; both had the day in full.
create temporary table restated_days on commit drop as
with now_at as (
  select as_of, window_start, window_end
  from measure_scope
  where scope = 'portfolio'
),
published as (
  select max(daily.as_of) as as_of
  from metric_daily as daily
  where daily.as_of < (select as_of from now_at)
),
-- Where properties have several zones, a day of the portfolio is closed when it is over everywhere.
daily as (
  select
    daily.as_of = now_at.as_of as is_now,
    daily.scope,
    coalesce(daily.property_id, '00000000-0000-0000-0000-000000000000') as key,
    daily.day,
    daily.timezone,
    figure.metric,
    sum(figure.value) as value
  from metric_daily as daily
  cross join now_at
  cross join published
  cross join lateral (values
    ('total_status_changes', daily.changes), ('creations', daily.creations),
    ('failed', daily.failed)
  ) as figure (metric, value)
  where daily.as_of in (now_at.as_of, published.as_of)
    and daily.day > (daily.window_start at time zone
      case daily.timezone when 'mixed' then 'Etc/GMT-14' else daily.timezone end)::date
    and daily.day < (least(daily.window_end, published.as_of) at time zone
      case daily.timezone when 'mixed' then 'Etc/GMT+12' else daily.timezone end)::date
  group by 1, 2, 3, 4, 5, 6
),
daily_compared as (
  select
    scope,
    key,
    metric,
    day,
    null::text as status,
    min(timezone) as timezone,
    sum(value) filter (where not is_now) as old_value,
    sum(value) filter (where is_now) as new_value
  from daily
  group by scope, key, metric, day
),
distribution_compared as (
  select
    old.scope,
    coalesce(old.property_id, '00000000-0000-0000-0000-000000000000') as key,
    'status_distribution' as metric,
    old.day,
    old.status,
    new.timezone,
    old.leads::numeric as old_value,
    new.leads::numeric as new_value
  from published
  cross join now_at
  join metric_distribution as old on old.as_of = published.as_of
  join metric_distribution as new
    on new.as_of = now_at.as_of
      and new.scope = old.scope
      and coalesce(new.property_id, '00000000-0000-0000-0000-000000000000')
        = coalesce(old.property_id, '00000000-0000-0000-0000-000000000000')
      and new.day = old.day
      and new.status = old.status
  where new.leads <> old.leads
    and old.day < (least(old.window_end, published.as_of) at time zone
      case new.timezone when 'mixed' then 'Etc/GMT+12' else new.timezone end)::date
),
either as (
  select *
  from daily_compared
  where old_value <> new_value
  union all
  select *
  from distribution_compared
)
select either.*, published.as_of as published_as_of
from either
cross join published
