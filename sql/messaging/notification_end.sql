-- Grain: one message, ended by the holder of its lease.
update notification
set state = $3::text, cause = $4, provider_id = $5, last_error = $6, finished_at = now(),
  leased_until = null, html = case when $3::text <> 'accepted' then html end
where id = $1::uuid and lease_id = $2::uuid and state = 'pending'
