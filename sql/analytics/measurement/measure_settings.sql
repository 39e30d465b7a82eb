-- One row: every setting that the statements of a measurement go by, set until the transaction ends. COPY takes
-- no parameters, so statements that are copied out read current_setting('measure.…'). $1 as_of, $2 the highest
-- seq of the log, $3 and $4 the window.
--   measure.as_of             timestamptz  the instant the figures are pinned to
--   measure.stable_watermark  bigint       rows of the log up to this seq are read
--   measure.window_start      timestamptz  the window: included …
--   measure.window_end        timestamptz  … and excluded
--   measure.before_as_of      timestamptz  the instant that the window before is looked at as of
--   measure.before_start      timestamptz  its start; it ends where this one starts
--   measure.watermark         bigint       rows up to this seq are in stays already; set by an update alone
--   measure.batch_after       bigint       measure_lead.i: leads after this one …
--   measure.batch_through     bigint       … and up to this one are read; set for each batch
-- The window before is of the same length, just before this one, and looked at as of an instant that is
-- earlier by that length as well, so that both had equally long to mature.
with pinned as (
  select
    $1::timestamptz as as_of,
    $3::timestamptz as window_start,
    $4::timestamptz as window_end
),
measured as (
  select
    pinned.*,
    make_interval(secs => extract(epoch from window_end - window_start)::double precision) as length
  from pinned
)
select
  set_config('measure.as_of', as_of::text, true),
  set_config('measure.stable_watermark', $2::bigint::text, true),
  set_config('measure.window_start', window_start::text, true),
  set_config('measure.window_end', window_end::text, true),
  set_config('measure.before_as_of', (as_of - length)::text, true),
  set_config('measure.before_start', (window_start - length)::text, true),
  -- Nothing until they are set: not a number, so that a statement that came too early fails.
  set_config('measure.watermark', '', true),
  set_config('measure.batch_after', '', true),
  set_config('measure.batch_through', '', true)
from measured
