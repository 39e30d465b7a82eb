-- Grain: one effective status change of one lead, newest first.
select to_jsonb(h) as change
from (
  select id, old_status, new_status, nullif(status_reason, '') as status_reason, updated_by,
    context_data, created_at
  from status_sync_log
  where resman_lead_id = $1 and sync_status = 'success'
    and new_status in (
      'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost')
    and (old_status is null or old_status in (
      'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost'))
    and ($2::timestamptz is null or created_at >= $2::timestamptz)
    and ($3::timestamptz is null or created_at <= $3::timestamptz)
  order by status_sync_log.created_at desc, seq desc
  limit $4::int
) h
