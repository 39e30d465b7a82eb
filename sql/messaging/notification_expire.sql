-- Grain: one message that was not delivered before it expired.
update notification
set state = 'dead', cause = 'expired', finished_at = now(), leased_until = null,
  last_error = coalesce(last_error, 'it was never tried')
where state = 'pending' and expires_at <= now() and (leased_until is null or leased_until < now())
returning id, channel, last_error
