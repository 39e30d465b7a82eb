-- One row: how far stays and rollup are computed, if version $1 of the rules computed them.
select as_of, watermark
from measured_state
where version = $1::integer
