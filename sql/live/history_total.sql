-- Grain: one row: the effective status changes of one lead in a period.
select count(*) as total
from status_sync_log
where resman_lead_id = $1 and sync_status = 'success'
  and new_status in (
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost')
  and (old_status is null or old_status in (
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost'))
  and ($2::timestamptz is null or created_at >= $2::timestamptz)
  and ($3::timestamptz is null or created_at <= $3::timestamptz)
