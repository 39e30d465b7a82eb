-- One row: how far stays and rollup are computed, if version $1 of the rules computed them. newest: the newest
-- instant measured since the last run and by it, which is later where a report went back. What was measured before that
-- run and is later than it was measured under a clock set ahead.
select
  as_of,
  watermark,
  greatest(as_of, (
    select max(measured.as_of)
    from measurement as measured
    where measured.nth >= coalesce((select max(run.nth) from measurement as run where run.run_id is not null), 0)
  )) as newest
from measured_state
where version = $1::integer
