-- One row: every setting that the statements of a measurement read, valid until the transaction ends. COPY
-- takes no parameters, so a statement that is copied out reads current_setting('measure.…'). $1 as_of, $2 the
-- highest seq of the log, $3 and $4 the window.
--   measure.as_of             timestamptz  the instant the figures are pinned to
--   measure.stable_watermark  bigint       rows of the log up to this seq are read; an update sets its own
--   measure.window_start      timestamptz  the window: included …
--   measure.window_end        timestamptz  … and excluded
--   measure.before_as_of      timestamptz  the instant that the window before is looked at as of
--   measure.before_start      timestamptz  its start; it ends where this one starts
--   measure.watermark         bigint       rows up to this seq are in stays already; set by an update alone
--   measure.batch_after       bigint       measure_lead.i: leads after this one …
--   measure.batch_through     bigint       … and up to this one are read; set for each batch
-- The window before has the same length and ends where this one starts. Its as_of is earlier by the same
-- length, so that the leads of both windows have had the same time to mature.
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
  -- Empty until they are set: an empty string is not a number, so a statement that runs too early fails.
  set_config('measure.watermark', '', true),
  set_config('measure.batch_after', '', true),
  set_config('measure.batch_through', '', true)
from measured
