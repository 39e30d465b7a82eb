-- Grain: one row a property of one run, judged, from JSON.
insert into drift_alarm
select * from jsonb_populate_recordset(null::drift_alarm, $1::jsonb)
