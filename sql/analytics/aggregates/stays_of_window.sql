-- One row is one lead that can matter to a figure of this window, of the window before, or of the days in
-- which outliers are looked for: it has a log row since these periods began, or its last stay is still open.
-- The lead is named only if its stay is open.
select
  property_id,
  truncated,
  entries,
  entered_at,
  noop_at,
  ends_bridged,
  case when open_since is not null then lead end as open
from stays
where open_since is not null
  or last_at >= (
    select least(
      min(window_start), min(least(window_end, as_of)) filter (where is_current) - interval '38 days')
    from compare_period)
