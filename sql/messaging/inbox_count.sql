-- Grain: one row: messages of the app's inbox that are asked for, and those nobody has read.
select
  count(*) filter (where read_at is null or not $3::boolean)::bigint as total,
  count(*) filter (where read_at is null)::bigint as unread
from notification
where channel = 'in_app' and state = 'delivered' and property_id = $1::uuid
  and (recipient = $2 or $2 is null)
