-- Grain: one row per property of one run, with its evaluation, from JSON.
insert into drift_alarm
select * from jsonb_populate_recordset(null::drift_alarm, $1::jsonb)
