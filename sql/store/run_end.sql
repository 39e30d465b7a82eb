-- Grain: one run, ended once.
update sync_run
set state = $2, finished_at = $3::timestamptz, exit_code = $4::integer, summary = $5::jsonb
where id = $1::uuid and state = 'running'
