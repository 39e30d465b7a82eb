-- Grain: one message that is due, leased to one worker; the most urgent first. A lease that expired without
-- an end means a send with unknown outcome: this send may be its duplicate.
with due as (
  select id
  from notification
  where state = 'pending' and next_attempt_at <= now() and expires_at > now()
    and channel = any($2::text[])
    and (leased_until is null or leased_until < now())
  order by array_position(array['urgent', 'high', 'medium', 'low'], priority::text), next_attempt_at, id
  limit $3::integer
  for update skip locked
)
update notification n
set lease_id = $1::uuid,
  leased_until = now() + make_interval(secs => $4::float8),
  attempts = attempts + 1,
  possible_duplicate = possible_duplicate or lease_id is not null
from due
where n.id = due.id
returning n.id, n.channel, n.address, n.priority, n.subject, n.body, n.html,
  n.attachment, n.attempts,
  to_char(n.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_at
