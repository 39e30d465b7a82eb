-- Grain: one row: the effective status changes of one lead in a period.
select count(*) as total
from history_change
where resman_lead_id = $1
  and ($2::timestamptz is null or created_at >= $2::timestamptz)
  and ($3::timestamptz is null or created_at <= $3::timestamptz)
