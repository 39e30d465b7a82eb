-- One row is one scope and reason: the leads that came to be lost in the window and were at its end, by the reason
-- last told; beside it the window before. Reasons that differ in capitals alone are one. Beyond the 50 most frequent
-- of a scope the others are one row; leads whose reason is not known are one of their own. The difference of the
-- shares has Newcombe's interval (method 10); where it leaves out 0 the share went up or down.
insert into metric_lost_reasons (
  as_of, window_start, window_end, scope, property_id, property_name, kind, reason, place,
  lost, share, lo95, hi95, lost_before, share_before, difference, difference_lo95, difference_hi95,
  verdict)
with spelling as materialized (
  select
    lower(lost_reason) as name, mode() within group (order by lost_reason collate "C") as reason
  from measure_described
  where (is_lost or is_lost_before) and lost_reason is not null
  group by lower(lost_reason)
),
covered as materialized (
  select
    measure_scope.scope,
    measure_scope.key,
    measure_history.whole <= (before.window_start at time zone
      case measure_scope.timezone when 'mixed' then 'UTC' else measure_scope.timezone end)::date
      as covered
  from measure_scope
  join compare_period as before on not before.is_current
  left join measure_history using (scope, key)
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    lower(lost_reason) as name,
    count(*) filter (where is_lost) as lost,
    count(*) filter (where is_lost_before) as lost_before
  from measure_described
  where is_lost or is_lost_before
  group by grouping sets ((property_id, lower(lost_reason)), (lower(lost_reason)))
),
placed as (
  select
    *,
    row_number() over (
      partition by scope, key, name is null order by lost desc, lost_before desc, name collate "C")
      as place
  from counted
),
shown as (
  select
    scope,
    key,
    case when name is null then 'unknown' when place <= 50 then 'reason' else 'rest' end as kind,
    case when place <= 50 then spelling.reason end as reason,
    case when name is not null and place <= 50 then place end as place,
    sum(lost)::bigint as lost,
    sum(lost_before)::bigint as lost_before
  from placed
  left join spelling using (name)
  group by 1, 2, 3, 4, 5
),
shared as (
  select
    *,
    sum(lost) over (partition by scope, key) as n,
    sum(lost_before) over (partition by scope, key) as m
  from shown
),
compared as (
  select
    shared.*,
    covered,
    lost::double precision / nullif(n, 0) as share,
    wilson_low(lost, n) as low,
    wilson_high(lost, n) as high,
    case when covered then lost_before::double precision / nullif(m, 0) end as share_before,
    wilson_low(lost_before, m) as low_before,
    wilson_high(lost_before, m) as high_before
  from shared
  join covered using (scope, key)
),
differing as (
  select
    *,
    share - share_before as difference,
    share - share_before - sqrt((share - low) ^ 2 + (high_before - share_before) ^ 2) as lowest,
    share - share_before + sqrt((high - share) ^ 2 + (share_before - low_before) ^ 2) as highest
  from compared
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  kind,
  reason,
  place,
  lost,
  share,
  low,
  high,
  case when covered then lost_before end,
  share_before,
  difference,
  lowest,
  highest,
  case
    when covered is not true then null
    when n < 30 or m < 30 then 'too few'
    when lowest > 0 then 'up'
    when highest < 0 then 'down'
    else 'no clear change'
  end
from differing
join measure_scope using (scope, key)
