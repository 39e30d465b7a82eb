-- Grain: one row a lead of the plan that is to be written to and was written to before:
-- attempts of its last 5 runs, and how many of its last log rows ended unknown.
with
recent as (
  select id from sync_run where mode in ('run', 'apply') and state = 'finished'
  order by started_at desc limit 5
),
attempts as (
  select d.resman_lead_id, count(*) as attempts
  from drift d
  where d.run_id in (select id from recent)
    and d.outcome in ('verified', 'failed', 'unknown')
    and d.resman_lead_id in (
      select p.resman_lead_id from stage_plan p where p.action in ('push', 'pull'))
  group by d.resman_lead_id
)
select a.resman_lead_id, a.attempts,
  (select count(*) from (
     select g.failure from status_sync_log g
     where g.resman_lead_id = a.resman_lead_id order by g.seq desc limit 2) last
   where last.failure = 'unknown') as unknowns
from attempts a
where a.attempts >= 2
