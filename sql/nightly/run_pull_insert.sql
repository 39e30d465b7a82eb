-- Grain: one row per property and system of one run, from JSON.
insert into run_pull
select * from jsonb_populate_recordset(null::run_pull, $1::jsonb)
