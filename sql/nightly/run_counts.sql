-- Grain: one run, its counts before they are measured.
update sync_run set summary = $2::jsonb where id = $1::uuid
