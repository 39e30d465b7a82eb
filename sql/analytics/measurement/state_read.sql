-- One row: how far stays and rollup are computed, if version $1 of the rules computed them. newest: the newest
-- instant that was measured, which is later where a report went back.
select
  as_of,
  watermark,
  greatest(as_of, (select max(measurement.as_of) from measurement)) as newest
from measured_state
where version = $1::integer
