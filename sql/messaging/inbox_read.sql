-- Grain: one message of the app's inbox, marked as read; the first time stays.
update notification
set read_at = coalesce(read_at, now())
where id = $1::uuid and property_id = $2::uuid and channel = 'in_app' and state = 'delivered'
