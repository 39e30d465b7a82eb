-- One row is one lead of which a figure of this window, of the one before, or of the days that outliers
-- are looked for in may tell: a row of the log came for it since they began.
select
  property_id,
  truncated,
  status,
  entered_at,
  entered_day,
  updated_by,
  sync_direction,
  illegal,
  discontinuous,
  noop_at
from journey
where last_at >= (
  select least(min(window_start), min(least(window_end, as_of)) filter (where is_current) - interval '38 days')
  from compare_period)
