-- Grain: one message of the in-app inbox, marked as read; the first reading time is kept.
update notification
set read_at = coalesce(read_at, now())
where id = $1::uuid and property_id = $2::uuid and channel = 'in_app' and state = 'delivered'
