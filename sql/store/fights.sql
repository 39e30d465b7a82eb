-- Grain: one row per lead of the plan that is to be written and was written before: its attempts in the last
-- 5 runs that finished, or ended later than their plan was taken (they have rows of drift). An attempt has a row of the
-- log that was made, may have been made, or was refused for what it is; one that was never begun, or turned away whatever
-- it is (401, 403, 429, no connection), is none. How many of its last
-- 2 log rows ended unknown; in how many of the last 3 of these runs it was stale while both sides showed what
-- they show now; and whether its question with the verdict flapping is still open. What came before a person's
-- answer does not count. Each lead is looked up by index, so that a wrong estimate of the plan's size cannot make
-- the cost grow faster than the plan.
with
recent as materialized (
  select id, started_at, row_number() over (order by started_at desc) as place
  from sync_run
  where mode in ('run', 'apply') and state <> 'running'
    -- what began later than this run began under a wrong clock; nothing did where plan.now is not set
    and started_at <= coalesce(nullif(current_setting('plan.now', true), ''), 'infinity')::timestamptz
    -- in the order of the key, so that it is looked up: a scan reads all of drift for a run without rows
    and case
      when state = 'finished' then true
      else (
        select true from drift d
        where d.run_id = sync_run.id
        order by d.resman_lead_id
        limit 1)
    end
  order by started_at desc limit 5
)
select w.resman_lead_id, a.attempts, u.unknowns, a.stales, k.parked
from stage_plan w
cross join lateral (
  select max(i.answered_at) as at
  from review_item i
  where i.resman_lead_id = w.resman_lead_id and i.answered_at is not null
) answered
cross join lateral (
  select
    count(*) filter (
      where d.outcome in ('verified', 'failed', 'unknown')
        and exists (
          select from status_sync_log g
          -- the run is compared so that no index of runs serves: it would give all rows of the run for each lead
          where g.resman_lead_id = w.resman_lead_id and g.run_id is not distinct from r.id
            and g.sync_direction = case d.action when 'push' then 'to_resman' else 'from_resman' end
            and (g.sync_status <> 'failed'
              or g.failure in ('unknown', 'superseded', 'refused', 'conditions'))))
      as attempts,
    count(*) filter (
      where d.outcome = 'stale' and r.place <= 3
        and (d.domiq_raw, d.domiq_version, d.resman_raw, d.resman_version)
          is not distinct from (w.domiq_raw, w.domiq_version, w.resman_raw, w.resman_version))
      as stales
  from recent r
  join drift d on d.run_id = r.id and d.resman_lead_id = w.resman_lead_id
  where answered.at is null or r.started_at > answered.at
) a
cross join lateral (
  select count(*) as unknowns
  from (
    select g.failure, g.created_at
    from status_sync_log g
    where g.resman_lead_id = w.resman_lead_id
    order by g.seq desc limit 2) last
  where last.failure = 'unknown' and (answered.at is null or last.created_at > answered.at)
) u
cross join lateral (
  select count(*) > 0 as parked
  from review_item i
  where i.resman_lead_id = w.resman_lead_id and i.state = 'open' and i.verdict = 'flapping'
) k
where w.action in ('push', 'pull') and w.outcome is null
  and (a.attempts >= 2 or u.unknowns >= 2 or a.stales >= 3 or k.parked)
