-- One row is one lead created in this window, or lost or with a tour in this one or the one before, with what its
-- systems tell of it beside its status; none where no system tells any of it. is_new, is_mature, highest, was_lost: as
-- the funnel counts the leads created in this window. is_lost, is_lost_before: it came to be lost in this window, in
-- the one before, and was at the window's end. has_tour: it came to tour_scheduled in this window; is_waiting: it is
-- there still.
-- Read by metric_agents, metric_lost_reasons, metric_sources, metric_tours.
create temporary table measure_described on commit drop as
with period as (
  select
    now.window_start,
    now.window_end,
    before.window_start as before_start,
    now.as_of,
    scope.funnel_window
  from compare_period as now
  join compare_period as before on not before.is_current
  join measure_scope as scope on scope.scope = 'portfolio'
  where now.is_current
)
select
  stays.property_id,
  not stays.truncated
    and stays.entered_at[1] >= window_start
    and stays.entered_at[1] < window_end as is_new,
  stays.entered_at[1] + funnel_window <= as_of as is_mature,
  path.*,
  known.source,
  known.lost_reason,
  known.agent_id,
  known.agent_name,
  known.tour_status
from stays
cross join period
cross join lateral (
  select
    coalesce(
      max(status_rank(kind.status)) filter (where at <= stays.entered_at[1] + funnel_window), 0)
      as highest,
    coalesce(bool_or(
      kind.status = 'lost' and at <= stays.entered_at[1] + funnel_window
      and coalesce(next_at > stays.entered_at[1] + funnel_window, true)), false) as was_lost,
    coalesce(bool_or(
      kind.status = 'lost' and is_entered and at >= window_start and at < window_end
      and coalesce(next_at >= window_end, true)), false) as is_lost,
    coalesce(bool_or(
      kind.status = 'lost' and is_entered and at >= before_start and at < window_start
      and coalesce(next_at >= window_start, true)), false) as is_lost_before,
    coalesce(bool_or(
      kind.status = 'tour_scheduled' and is_entered and at >= window_start and at < window_end),
      false) as has_tour,
    coalesce(bool_or(kind.status = 'tour_scheduled' and next_at is null), false) as is_waiting
  from unnest(stays.entries, stays.entered_at) with ordinality as stay (entry, at, place)
  join entry_kind as kind on kind.id = stay.entry
  cross join lateral (
    select
      stays.entered_at[stay.place + 1] as next_at,
      not stays.truncated or stay.place > 1 as is_entered
  ) as beside
) as path
left join described_lead as known on known.resman_lead_id = stays.lead
where stays.last_at >= period.before_start
  and exists (select from lead_description)
