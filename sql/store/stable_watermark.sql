-- One row: the highest seq above the watermark $1, and the highest seq up to which there is no gap.
select
  coalesce(max(seq), $1::bigint) as highest,
  coalesce(max(seq) filter (where seq - $1::bigint = place), $1::bigint) as gapless
from (
  select seq, row_number() over (order by seq) as place
  from status_sync_log
  where seq > $1::bigint
) as later
