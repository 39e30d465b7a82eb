-- Grain: one run, begun.
insert into sync_run (id, mode, started_at, as_of, full_pull)
values ($1::uuid, $2, $3::timestamptz, $3::timestamptz, $4::boolean)
