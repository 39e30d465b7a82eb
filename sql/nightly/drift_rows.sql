-- Grain: one row per lead in one run's drift.
select to_jsonb(d) - 'run_id' as lead from drift d where d.run_id = $1::uuid order by resman_lead_id
