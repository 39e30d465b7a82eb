-- Grain: one row: what this login is allowed to do.
select current_user::text as login,
  has_table_privilege('job_lock', 'update') and has_table_privilege('sync_run', 'insert') as night,
  has_table_privilege('api_key', 'select') and has_table_privilege('status_sync_log', 'insert') as live
