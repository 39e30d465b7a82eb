-- Grain: one row: how many messages of the in-app inbox match, and how many of them are unread.
select
  count(*) filter (where read_at is null or not $3::boolean)::bigint as total,
  count(*) filter (where read_at is null)::bigint as unread
from notification
where channel = 'in_app' and state = 'delivered' and property_id = $1::uuid
  and (recipient = $2 or $2 is null)
