-- Grain: one row: what is waiting in the outbox.
select count(*)::bigint as pending,
  extract(epoch from now() - min(created_at))::float8 as oldest_seconds
from notification
where state = 'pending'
