-- Grain: one row per (verdict, action) of the staged plan.
select verdict, action, count(*) as leads from stage_plan group by verdict, action
order by verdict, action
