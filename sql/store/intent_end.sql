-- Grain: one pending row, ended once.
update status_sync_log
set sync_status = $2::text,
  failure = $3,
  attempts = $4::integer,
  resman_version = coalesce($5, resman_version),
  domiq_version = coalesce($6, domiq_version),
  synced_at = case when $2::text = 'success' then now() end,
  context_data = coalesce(context_data, '{}') || $7::jsonb
where id = $1::uuid and sync_status = 'pending'
