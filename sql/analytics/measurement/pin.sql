-- One row: what statements that cannot take parameters, those of COPY, go by, pinned until the transaction
-- ends. $1 as_of, $2 the highest seq of the log, $3 and $4 the window. The window before is of the same
-- length, just before this one, and looked at as of an instant that is earlier by that length as well,
-- so that both had equally long to mature.
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
  set_config('measure.fence', $2::bigint::text, true),
  set_config('measure.window_start', window_start::text, true),
  set_config('measure.window_end', window_end::text, true),
  set_config('measure.before_as_of', (as_of - length)::text, true),
  set_config('measure.before_start', (window_start - length)::text, true)
from measured
