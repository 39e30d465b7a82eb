-- Grain: one row per property of this run: what was seen of it, the leads that leave no row of drift, and its
-- drift before repair. Leads that were not staged (agreed) are in sync.
insert into run_property (
  run_id, property_id, as_of, complete, domiq_records, resman_records, domiq_digest, resman_digest,
  leads, drifted, in_sync, resman_only, duplicate_conversations)
with
pulled as (
  select property_id, bool_and(complete) and count(*) = 2 as complete,
    coalesce(max(records) filter (where system = 'domiq'), 0) as domiq_records,
    coalesce(max(records) filter (where system = 'resman'), 0) as resman_records,
    max(digest) filter (where system = 'domiq') as domiq_digest,
    max(digest) filter (where system = 'resman') as resman_digest,
    coalesce(max(agreed) filter (where system = 'domiq'), 0) as agreed
  from stage_pull
  group by property_id
),
known as (
  select property_id, count(*) as leads
  from lead
  where domiq_raw is not null and resman_raw is not null
  group by property_id
),
-- Leads with one row, and, for leads with several rows, the row that counts, as in diff.sql.
again_domiq as (
  select s.resman_lead_id from stage_domiq s where s.flags & 16 <> 0 group by s.resman_lead_id
),
again_resman as (
  select s.resman_lead_id from stage_resman s where s.flags & 16 <> 0 group by s.resman_lead_id
),
speaking as (
  select distinct on (s.resman_lead_id) s.property_id, s.resman_lead_id
  from stage_domiq s
  join again_domiq using (resman_lead_id)
  order by s.resman_lead_id,
    case when s.problem is null and s.flags & 32 = 0 then s.version::timestamptz end desc nulls last,
    s.conversation_id, s.property_id
),
domiq_leads as (
  select d.property_id, d.resman_lead_id
  from stage_domiq d
  left join again_domiq a using (resman_lead_id)
  where a.resman_lead_id is null
  union all
  select * from speaking
),
named as (
  select distinct on (s.resman_lead_id) s.property_id, s.resman_lead_id
  from stage_resman s
  join again_resman using (resman_lead_id)
  order by s.resman_lead_id, s.property_id, s.version desc
),
resman_leads as (
  select r.property_id, r.resman_lead_id
  from stage_resman r
  left join again_resman a using (resman_lead_id)
  where a.resman_lead_id is null
  union all
  select * from named
),
-- Leads that are not in stage_diff are as last agreed: in sync if DomIQ showed them, otherwise only in
-- ResMan.
domiq_quiet as (
  select d.property_id, count(*) as leads,
    count(*) filter (where s.resman_lead_id is null) as quiet
  from domiq_leads d
  left join stage_diff s on s.resman_lead_id = d.resman_lead_id
  group by d.property_id
),
resman_quiet as (
  select r.property_id, count(*) filter (where s.resman_lead_id is null) as quiet
  from resman_leads r
  left join stage_diff s on s.resman_lead_id = r.resman_lead_id
  group by r.property_id
),
plain as (
  -- also in sync: leads that ResMan's pages lacked and that ResMan returned unchanged by id
  select s.property_id,
    count(*) filter (
      where s.plain = 'in_sync' or s.plain is null and p.resman_lead_id is null) as in_sync,
    count(*) filter (where s.plain = 'resman_only') as resman_only
  from stage_diff s
  left join stage_plan p on p.resman_lead_id = s.resman_lead_id
  group by s.property_id
),
previous as (
  -- a run that ended later than its plan was taken counts as well; it is looked up in the order of the key
  select id from sync_run
  where mode = 'run' and started_at < $2::timestamptz
    and case
      when state = 'finished' then true
      else (
        select true from drift d
        where d.run_id = sync_run.id
        order by d.resman_lead_id
        limit 1)
    end
  order by started_at desc
  limit 1
),
drifted as (
  -- each lead is looked up by key: a join may read all questions, or the whole run before, for each lead
  select d.property_id, count(*) as leads
  from stage_plan d
  where d.verdict in ('unmapped', 'missing_in_resman', 'unlogged', 'unbased', 'phantom',
      'domiq_ahead', 'domiq_regressed', 'resman_moved', 'conflict')
    and coalesce((
      select i.first_run is not distinct from $1::uuid
      from review_item i
      where i.resman_lead_id = d.resman_lead_id and i.state in ('open', 'accepted', 'ignored')), true)
    and coalesce((
      select p.outcome is not distinct from 'verified' or p.action not in ('push', 'pull')
        or (p.domiq_raw, p.domiq_version, p.resman_raw, p.resman_version)
          is distinct from (d.domiq_raw, d.domiq_version, d.resman_raw, d.resman_version)
      from drift p
      where p.run_id = (select id from previous) and p.resman_lead_id = d.resman_lead_id), true)
  group by d.property_id
)
select $1::uuid, p.property_id, $2::timestamptz, p.complete,
  p.domiq_records, p.resman_records, p.domiq_digest, p.resman_digest,
  coalesce(k.leads, 0), coalesce(f.leads, 0),
  p.agreed + coalesce(dq.quiet, 0) + coalesce(s.in_sync, 0),
  coalesce(rq.quiet, 0) - coalesce(dq.quiet, 0) + coalesce(s.resman_only, 0),
  p.domiq_records - p.agreed - coalesce(dq.leads, 0)
from pulled p
left join known k on k.property_id = p.property_id
left join drifted f on f.property_id = p.property_id
left join domiq_quiet dq on dq.property_id = p.property_id
left join resman_quiet rq on rq.property_id = p.property_id
left join plain s on s.property_id = p.property_id
