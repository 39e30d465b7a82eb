-- Grain: one row a planned lead, from the plan's own JSON.
insert into stage_plan
select * from jsonb_populate_recordset(null::stage_plan, $1::jsonb)
