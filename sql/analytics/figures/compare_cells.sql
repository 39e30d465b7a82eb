-- One row is one scope, figure and status: numerator and denominator in the window before and in this window;
-- the denominators are null where the figure is a count. covered: the scope's leads are known from their
-- creation since the start of the window before. Order: scope, property, figure, step of the funnel.
with before as (
  select as_of, window_start, window_end
  from compare_period
  where not is_current
),
covered as (
  select
    measure_scope.scope,
    measure_scope.key,
    measure_history.whole <= (before.window_start at time zone
      case measure_scope.timezone when 'mixed' then 'UTC' else measure_scope.timezone end)::date
      as covered
  from measure_scope
  cross join before
  left join measure_history using (scope, key)
),
cohort_cell as (
  select property_id, highest, sum(n)::bigint as n
  from measure_cohort
  where not is_current
  group by property_id, highest
),
synced as (
  select property_id, delivered, delivered + failed as settled
  from measure_sync
  where not is_current
),
told as (
  select
    property_id,
    count(*) filter (where fate = 'delivered') as delivered,
    count(*) as settled
  from compare_notification
  where not is_current
    and fate in ('delivered', 'failed', 'bounced', 'expired')
  group by property_id
),
cell as (
  select property_id, 'total_status_changes' as metric, null::text as status, changes_before as k,
    null::bigint as n
  from measure_change
  union all
  select property_id, 'creations', null, creations_before, null
  from measure_change
  union all
  select
    cohort_cell.property_id,
    figure.metric,
    step.status,
    case when cohort_cell.highest >= step.rank then cohort_cell.n else 0 end,
    case
      when figure.metric = 'funnel_overall' or cohort_cell.highest >= step.rank - 1
        then cohort_cell.n
      else 0
    end
  from cohort_cell
  cross join (values
    ('contacted', 1), ('qualified', 2), ('tour_scheduled', 3), ('application', 4), ('leased', 5)
  ) as step (status, rank)
  cross join (values ('funnel_overall'), ('funnel_step')) as figure (metric)
  union all
  select
    nullif(answer.key, '00000000-0000-0000-0000-000000000000'),
    figure.metric,
    null,
    figure.k,
    figure.n
  from measure_response as answer
  cross join lateral (values
    ('response_within_5m', within_5m, old_5m), ('response_within_1h', within_1h, old_1h),
    ('response_within_24h', within_24h, old_24h)
  ) as figure (metric, k, n)
  where answer.scope = 'property'
    and not answer.is_current
  union all
  select property_id, 'sync_success_rate', null, delivered, settled
  from synced
  union all
  select property_id, 'notification_delivery_rate', null, delivered, settled
  from told
),
previous as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    metric,
    status,
    sum(k)::bigint as k,
    sum(n)::bigint as n
  from cell
  group by grouping sets ((property_id, metric, status), (metric, status))
),
current as (
  select
    figure.scope,
    coalesce(figure.property_id, '00000000-0000-0000-0000-000000000000') as key,
    figure.metric,
    null::text as status,
    case when figure.unit = 'count' then figure.value else figure.numerator end::bigint as k,
    case when figure.unit = 'count' then null else figure.denominator end::bigint as n
  from metric_performance as figure
  join compare_period on compare_period.is_current and compare_period.as_of = figure.as_of
  where figure.metric in (
    'total_status_changes', 'creations', 'response_within_5m', 'response_within_1h',
    'response_within_24h', 'sync_success_rate', 'notification_delivery_rate')
  union all
  select
    step.scope,
    coalesce(step.property_id, '00000000-0000-0000-0000-000000000000'),
    figure.metric,
    step.status,
    step.reached,
    case figure.metric
      when 'funnel_overall' then first_value(step.reached) over steps
      else lag(step.reached) over steps
    end
  from metric_funnel as step
  join compare_period on compare_period.is_current and compare_period.as_of = step.as_of
  cross join (values ('funnel_overall'), ('funnel_step')) as figure (metric)
  where step.maturity = 'all'
  window steps as (
    partition by step.scope, step.property_id, figure.metric order by step.step_order)
)
select
  current.scope,
  current.key,
  current.metric,
  current.status,
  coalesce(covered.covered, false) as covered,
  coalesce(previous.k, 0) as previous_k,
  case when current.n is not null or previous.n is not null then coalesce(previous.n, 0) end
    as previous_n,
  current.k as current_k,
  current.n as current_n
from current
left join covered on covered.scope = current.scope and covered.key = current.key
left join previous
  on previous.scope = current.scope and previous.key = current.key
    and previous.metric = current.metric and previous.status is not distinct from current.status
where current.status is distinct from 'new'
order by current.scope, current.key, current.metric, status_rank(current.status)
