-- One row is one log row of this window (is_current) or of the window before that the counts of whole days do
-- not include: rows that did not succeed (there are few), and rows of the first and last local day, which the
-- window may cut. Rows taken from ResMan's history are left out. aged: at least 72 hours old and not bridged.
-- is_recent: as in sync_cells.
with period as (
  select *, least(window_end, as_of) as until
  from (values
    (
      true,
      current_setting('measure.as_of')::timestamptz,
      current_setting('measure.window_start')::timestamptz,
      current_setting('measure.window_end')::timestamptz),
    (
      false,
      current_setting('measure.before_as_of')::timestamptz,
      current_setting('measure.before_start')::timestamptz,
      current_setting('measure.window_start')::timestamptz)
  ) as period (is_current, as_of, window_start, window_end)
),
named as (
  select timezone, known_timezone(timezone) as known
  from (select distinct timezone from property) as property
),
-- One row is one window and time zone: its first and last local day.
span as (
  select
    period.is_current,
    zone.known,
    (period.window_start at time zone zone.known)::date as first_day,
    ((period.until - interval '1 microsecond') at time zone zone.known)::date as last_day
  from period
  cross join (
    select known
    from named
    union
    select 'UTC'
  ) as zone
),
-- Over all zones: the latest end of a first day, and the earliest start of a last day.
cut as (
  select
    is_current,
    max((first_day + 1)::timestamp at time zone known) as first_ends,
    min(last_day::timestamp at time zone known) as last_begins
  from span
  group by is_current
),
chosen as (
  select log.*, coalesce(log.occurred_at, log.created_at) as at, period.is_current, period.as_of
  from period
  join status_sync_log as log
    on coalesce(log.occurred_at, log.created_at) >= period.window_start
    and coalesce(log.occurred_at, log.created_at) < period.window_end
    and coalesce(log.occurred_at, log.created_at) <= period.as_of
  where log.sync_status <> 'success'
  union all
  select log.*, coalesce(log.occurred_at, log.created_at), period.is_current, period.as_of
  from period
  join cut using (is_current)
  cross join lateral (values
    (period.window_start, least(cut.first_ends, period.until)),
    (greatest(cut.first_ends, cut.last_begins), period.until)
  ) as edge (beginning, ending)
  join status_sync_log as log
    on coalesce(log.occurred_at, log.created_at) >= edge.beginning
    and coalesce(log.occurred_at, log.created_at) <= edge.ending
  where log.sync_status = 'success'
    and (log.context_data ? 'backfilled') is not true
    and coalesce(log.occurred_at, log.created_at) < period.window_end
    and (coalesce(log.occurred_at, log.created_at) < edge.ending or edge.ending = period.until)
),
placed as (
  select
    chosen.*,
    coalesce(
      chosen.property_id,
      (select conversation.property_id from conversation where conversation.id = chosen.conversation_id)
    ) as placed_id
  from chosen
  where chosen.seq <= (select current_setting('measure.stable_watermark')::bigint)
),
dated as (
  select
    placed.*,
    (placed.at at time zone span.known)::date as day,
    span.first_day,
    span.last_day
  from placed
  left join property on property.id = placed.placed_id
  left join named on named.timezone = property.timezone
  join span on span.is_current = placed.is_current and span.known = coalesce(named.known, 'UTC')
)
select
  placed_id as property_id,
  sync_direction as direction,
  is_current,
  day,
  is_current and day > last_day - 38 as is_recent,
  sync_status,
  updated_by,
  attempts > 1 as retried,
  not bridged and at <= as_of - interval '72 hours' as aged
from dated
where sync_status <> 'success'
  or day in (first_day, last_day)
