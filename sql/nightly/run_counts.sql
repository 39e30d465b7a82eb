-- Grain: one run, with its counts before the measurement.
update sync_run set summary = $2::jsonb where id = $1::uuid
