-- Grain: one row a lead of the plan that is to be written to and was written to before: attempts in
-- the last 5 runs, how many of its last 2 log rows ended unknown, in how many of the last 3 runs it was
-- stale while both sides showed what they show now, and whether a person has not yet answered why. What came before a person's answer does not count.
with
waiting as (
  select p.resman_lead_id, p.domiq_raw, p.domiq_version, p.resman_raw, p.resman_version
  from stage_plan p
  where p.action in ('push', 'pull')
),
recent as (
  select id, started_at from sync_run
  where mode in ('run', 'apply') and state in ('finished', 'interrupted')
  order by started_at desc limit 5
),
answered as (
  select i.resman_lead_id, max(i.answered_at) as at
  from review_item i
  where i.answered_at is not null and i.resman_lead_id in (select w.resman_lead_id from waiting w)
  group by i.resman_lead_id
),
attempts as (
  select d.resman_lead_id, count(*) as attempts
  from drift d
  join recent r on r.id = d.run_id
  left join answered a on a.resman_lead_id = d.resman_lead_id
  where d.outcome in ('verified', 'failed', 'unknown')
    and (a.at is null or r.started_at > a.at)
  group by d.resman_lead_id
),
unknowns as (
  select w.resman_lead_id, count(*) as unknowns
  from waiting w
  left join answered a on a.resman_lead_id = w.resman_lead_id
  cross join lateral (
    select g.failure, g.created_at
    from status_sync_log g
    where g.resman_lead_id = w.resman_lead_id
    order by g.seq desc limit 2) last
  where last.failure = 'unknown' and (a.at is null or last.created_at > a.at)
  group by w.resman_lead_id
),
stales as (
  select w.resman_lead_id, count(*) as stales
  from waiting w
  join drift d on d.resman_lead_id = w.resman_lead_id
  join (select id, started_at from recent order by started_at desc limit 3) r on r.id = d.run_id
  left join answered a on a.resman_lead_id = w.resman_lead_id
  where d.outcome = 'stale'
    and (d.domiq_raw, d.domiq_version, d.resman_raw, d.resman_version)
      is not distinct from (w.domiq_raw, w.domiq_version, w.resman_raw, w.resman_version)
    and (a.at is null or r.started_at > a.at)
  group by w.resman_lead_id
),
parked as (
  select i.resman_lead_id from review_item i where i.state = 'open' and i.verdict = 'flapping'
)
select w.resman_lead_id, coalesce(a.attempts, 0) as attempts, coalesce(u.unknowns, 0) as unknowns,
  coalesce(s.stales, 0) as stales, k.resman_lead_id is not null as parked
from waiting w
left join attempts a on a.resman_lead_id = w.resman_lead_id
left join unknowns u on u.resman_lead_id = w.resman_lead_id
left join stales s on s.resman_lead_id = w.resman_lead_id
left join parked k on k.resman_lead_id = w.resman_lead_id
where a.attempts >= 2 or u.unknowns >= 2 or s.stales >= 3 or k.resman_lead_id is not null
