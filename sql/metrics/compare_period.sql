-- One row is one of the two windows that are compared: this one, and the one of the same length just
-- before it. The earlier one is looked at as of an instant that is earlier by that length as well, so
-- that both had equally long to mature.
create temporary table compare_period on commit drop as
with portfolio as (
  select
    as_of,
    window_start,
    window_end,
    make_interval(secs => extract(epoch from window_end - window_start)::double precision) as length
  from measure_scope
  where scope = 'portfolio'
)
select true as is_current, as_of, window_start, window_end
from portfolio
union all
select false, as_of - length, window_start - length, window_start
from portfolio
