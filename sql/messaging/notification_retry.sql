-- Grain: one message that is to be sent again after a pause. Where the outcome of this send is unknown, the
-- lease id stays, so that the next send is marked as a possible duplicate. A send that the server asked to
-- repeat later ($6) is not an attempt.
update notification
set last_error = $3,
  next_attempt_at = now() + make_interval(secs => $4::float8),
  attempts = case when $6::boolean then greatest(attempts - 1, 0) else attempts end,
  leased_until = null,
  lease_id = case when $5::boolean then lease_id end
where id = $1::uuid and lease_id = $2::uuid and state = 'pending'
