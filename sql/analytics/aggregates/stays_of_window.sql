-- One row is one lead of which a figure of this window, of the one before, or of the days that outliers
-- are looked for in may tell: a row of the log came for it since they began, or it has not come to an
-- end; only then is it named.
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
