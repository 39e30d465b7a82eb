-- One row is one scope, from and to: the changes made in the window, without creations. The duration of the
-- stay before a change is null where the history does not contain its start.
insert into metric_transitions (
  as_of, window_start, window_end, scope, property_id, property_name, from_status, to_status,
  count, leads, share, lo95, hi95, legal, mean_seconds, median_seconds, illegal)
with shared as (
  select *, sum(count) over (partition by scope, key, from_status) as exits
  from measure_transition
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  from_status,
  to_status,
  count,
  leads,
  count::double precision / exits::double precision,
  wilson_low(count, exits::double precision),
  wilson_high(count, exits::double precision),
  status_allows(from_status, to_status),
  mean_seconds,
  median_seconds,
  illegal
from shared
join measure_scope using (scope, key)
