-- Grain: one effective status change of one lead, newest first, those without a time last; with a cursor, those older than
-- the cursor.
select
  jsonb_build_object(
    'id', id, 'old_status', old_status, 'new_status', new_status,
    'status_reason', nullif(status_reason, ''), 'updated_by', updated_by,
    'context_data', context_data, 'created_at', created_at) as change,
  (extract(epoch from coalesce(created_at, 'epoch')) * 1000000)::bigint as at_microseconds,
  seq
from history_change
where resman_lead_id = $1
  and ($2::timestamptz is null or created_at >= $2::timestamptz)
  and ($3::timestamptz is null or created_at <= $3::timestamptz)
  and ($5::timestamptz is null
    or (coalesce(created_at, 'epoch'), seq) < ($5::timestamptz, $6::bigint))
order by coalesce(created_at, 'epoch') desc, seq desc
limit $4::int
