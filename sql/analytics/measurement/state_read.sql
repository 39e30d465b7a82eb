-- One row: how far stays and rollup are, if they were computed by the rules of version $1.
select as_of, watermark
from measured_state
where version = $1::integer
