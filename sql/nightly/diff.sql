-- Grain: one row per lead of this pull that is not plainly in sync, or whose sighting changed or is gone (after an
-- incremental pull, every lead: a side that did not change is filled from lead). The three-way join: both
-- sightings against the base in the log. Rows are inserted in the order of the lead ids, in which every later
-- statement reads and writes them. $1: when the pull began, in seconds since 1970; $2: rows of the log with a lower seq
-- had ended by then; null: not known.
insert into stage_diff (
  property_id, resman_lead_id, conversation_id, base, base_domiq_version, base_resman_version,
  domiq_presence, domiq_raw, domiq, domiq_version,
  resman_presence, resman_raw, resman, resman_version,
  lead_score, fields, pending, pushed_since_pull, problem, seen_domiq, seen_resman, plain, changed,
  base_bridged, domiq_moved, resman_moved)
with
unsettled as (
  select resman_lead_id from status_sync_log where sync_status = 'pending'
),
meanwhile as (
  -- changed by the live service since the pull began: a page may be older than the change
  select distinct resman_lead_id
  from status_sync_log
  where seq >= $2::bigint
    and run_id is null and sync_status = 'success' and synced_at >= to_timestamp($1::float8)
),
incremental as (
  select coalesce(bool_or(p.incremental), false) as yes from stage_pull p
),
suspect as materialized (
  -- every staged lead but those that are as last agreed, each looked up by key
  select distinct resman_lead_id
  from stage_domiq d
  full join stage_resman r using (resman_lead_id)
  left join lateral (
    select k.base, k.domiq_raw, k.domiq, k.domiq_version, k.resman_raw, k.resman, k.resman_version
    from lead k
    where k.resman_lead_id = coalesce(d.resman_lead_id, r.resman_lead_id)
    limit 1) l on true
  where (select yes from incremental)
    or resman_lead_id in (select resman_lead_id from unsettled)
    or (
      case
        when d.status is not null then
          d.status = l.base and r.status = l.base
            and d.version = l.domiq_version and r.version = l.resman_version
            and d.raw = l.domiq_raw and r.raw = l.resman_raw
            and l.domiq = l.base and l.resman = l.base
            and d.property_id = r.property_id
            and (d.flags | r.flags) & 16 = 0 and d.problem is null and r.problem is null
        else
          d.flags is null and r.status is not null and l.domiq_raw is null
            and r.version = l.resman_version and r.raw = l.resman_raw
            and r.flags & 16 = 0 and r.problem is null
            and r.property_id in (
              select p.property_id from stage_pull p where p.system = 'domiq' and p.complete)
      end
    ) is not true
),
left_open as (
  -- leads that no page showed and that were left unresolved: only an incremental pull omits them. A set
  -- difference: if the planner underestimates the leads, an anti join reads the staged rows once for each of
  -- them.
  (select l.resman_lead_id
  from lead l
  where (select yes from incremental)
    and l.domiq_raw is not null
    and (l.domiq is distinct from l.base or l.resman is distinct from l.base or l.base is null)
    -- not of a property that is not read any more
    and l.property_id in (select p.property_id from stage_pull p)
  union all
  select resman_lead_id from unsettled)
  except (
    select s.resman_lead_id from stage_domiq s
    union all
    select s.resman_lead_id from stage_resman s)
),
domiq as (
  -- the conversation with the latest activity gives the lead's status; a timestamp in the future does not
  -- count. What else differs is ordered too, so that the order in which pages came decides nothing.
  select distinct on (resman_lead_id)
    property_id, resman_lead_id, conversation_id, raw, status, version, lead_score, flags, problem
  from stage_domiq
  where resman_lead_id in (select resman_lead_id from suspect)
  order by resman_lead_id,
    case when problem is null and flags & 32 = 0 then version::timestamptz end desc nulls last,
    conversation_id, property_id, raw, lead_score, flags, problem
),
resman_again as (
  select resman_lead_id
  from stage_resman
  where resman_lead_id in (
    select s.resman_lead_id from stage_resman s where s.flags & 16 <> 0)
  group by resman_lead_id
  having count(distinct (property_id, raw, version)) > 1
),
resman as (
  select distinct on (resman_lead_id)
    property_id, resman_lead_id, raw, status, version, lead_score, flags,
    case when resman_lead_id in (select resman_lead_id from resman_again)
      then 'two different rows for one lead in one pull' else problem end as problem
  from stage_resman
  where resman_lead_id in (select resman_lead_id from suspect)
  order by resman_lead_id, property_id, version desc, raw, lead_score, flags, problem
),
seen as (
  select
    coalesce(d.property_id, r.property_id) as property_id,
    resman_lead_id,
    d.conversation_id,
    d.raw as domiq_raw, d.status as domiq, d.version as domiq_version,
    r.raw as resman_raw, r.status as resman, r.version as resman_version,
    coalesce(d.lead_score, r.lead_score) as lead_score,
    ((coalesce(d.flags, 0) | coalesce(r.flags, 0)) & 15)::smallint as fields,
    coalesce(d.problem, r.problem,
      case when d.property_id <> r.property_id
        then 'the two systems have it at different properties' end) as problem,
    d.resman_lead_id is not null as seen_domiq,
    r.resman_lead_id is not null as seen_resman
  from domiq d
  full join resman r using (resman_lead_id)
  union all
  select l.property_id, l.resman_lead_id, l.conversation_id,
    null, null, null, null, null, null, l.lead_score, l.fields, null, false, false
  from left_open
  join lead l using (resman_lead_id)
),
presence as (
  select s.*,
    l.base, l.base_domiq_version, l.base_resman_version,
    coalesce(l.base_bridged, false) as base_bridged,
    l.conversation_id as known_conversation,
    l.domiq_raw as known_domiq_raw, l.domiq as known_domiq, l.domiq_version as known_domiq_version,
    l.resman_raw as known_resman_raw, l.resman as known_resman,
    l.resman_version as known_resman_version,
    l.lead_score as known_score, coalesce(l.fields, 0::smallint) as known_fields,
    -- a status that differs from the one agreed on, or last shown, is a change, whatever the version says
    coalesce(s.domiq, l.domiq) <> case when l.domiq = l.base then l.base else l.domiq_agreed end
      or coalesce(s.domiq_raw <> l.domiq_raw
        and (s.domiq is null or s.domiq is distinct from l.domiq), false) as domiq_moved,
    coalesce(s.resman, l.resman) <> case
        when l.resman = l.base and not l.resman_acknowledged then l.base else l.resman_agreed end
      or coalesce(not l.resman_acknowledged and s.resman_raw <> l.resman_raw
        and (s.resman is null or s.resman is distinct from l.resman), false) as resman_moved,
    case
      when s.seen_domiq then 'seen'
      else coalesce((
        select case
          when not p.complete then 'unread'
          when p.incremental and l.domiq_raw is not null then 'kept'
          else 'missing'
        end
        from stage_pull p
        where p.system = 'domiq' and p.property_id = s.property_id), 'unread')
    end as domiq_presence,
    case
      when s.seen_resman then 'seen'
      else coalesce((
        select case
          when not p.complete then 'unread'
          when p.incremental and l.resman_raw is not null then 'kept'
          else 'missing'
        end
        from stage_pull p
        where p.system = 'resman' and p.property_id = s.property_id), 'unread')
    end as resman_presence,
    s.resman_lead_id in (select resman_lead_id from unsettled) as pending,
    s.resman_lead_id in (select resman_lead_id from meanwhile) as is_meanwhile
  from seen s
  left join lateral (
    select * from lead k where k.resman_lead_id = s.resman_lead_id limit 1) l on true
),
filled as (
  select
    property_id, resman_lead_id,
    coalesce(conversation_id, known_conversation) as conversation_id,
    base, base_domiq_version, base_resman_version, base_bridged, domiq_moved, resman_moved,
    case domiq_presence when 'kept' then 'seen' else domiq_presence end as domiq_presence,
    case domiq_presence when 'kept' then known_domiq_raw else domiq_raw end as domiq_raw,
    case domiq_presence when 'kept' then known_domiq else domiq end as domiq,
    case domiq_presence when 'kept' then known_domiq_version else domiq_version end
      as domiq_version,
    case resman_presence when 'kept' then 'seen' else resman_presence end as resman_presence,
    case resman_presence when 'kept' then known_resman_raw else resman_raw end as resman_raw,
    case resman_presence when 'kept' then known_resman else resman end as resman,
    case resman_presence when 'kept' then known_resman_version else resman_version end
      as resman_version,
    case when seen_domiq and seen_resman then lead_score
      else coalesce(lead_score, known_score) end as lead_score,
    case when domiq_presence = 'kept' or resman_presence = 'kept'
      then fields | known_fields else fields end as fields,
    pending, is_meanwhile, problem, seen_domiq, seen_resman,
    domiq_presence = 'missing' and known_domiq_raw is not null as is_gone,
    seen_domiq
      and (domiq_raw, domiq, domiq_version)
        is distinct from (known_domiq_raw, known_domiq, known_domiq_version)
    or seen_resman
      and (resman_raw, resman, resman_version)
        is distinct from (known_resman_raw, known_resman, known_resman_version)
      as changed
  from presence
),
judged as (
  -- plain only where both show the base itself: what a lens makes equal is left to the rules
  select f.*,
    case
      when pending or problem is not null then null
      when domiq = base and resman = base and domiq_presence = 'seen' and resman_presence = 'seen'
        then 'in_sync'
      when resman is not null and resman_presence = 'seen' and domiq_presence = 'missing'
        then 'resman_only'
    end as plain
  from filled f
),
dated as (
  -- what contradicts a change that was made meanwhile is neither judged nor stored: the next run reads it again
  select *, is_meanwhile and plain is distinct from 'in_sync' as is_older
  from judged
)
select
  property_id, resman_lead_id, conversation_id, base, base_domiq_version, base_resman_version,
  domiq_presence, domiq_raw, domiq, domiq_version,
  resman_presence, resman_raw, resman, resman_version,
  lead_score, fields, pending or is_older as pending,
  -- needed only where rule 14 may have no version to compare
  case
    when base is not null and resman is distinct from base
    then not exists (
        select from pull_cursor c
        where c.system = 'resman' and c.property_id = dated.property_id
          and c.last_complete_at is not null)
      or exists (
        select from status_sync_log g
        where g.resman_lead_id = dated.resman_lead_id
          and g.sync_direction = 'to_resman' and g.sync_status = 'success'
          and g.synced_at > (
            select c.last_complete_at from pull_cursor c
            where c.system = 'resman' and c.property_id = dated.property_id))
    else false
  end as pushed_since_pull,
  problem, seen_domiq, seen_resman, case when not is_older then plain end as plain,
  changed and not is_older as changed, base_bridged, domiq_moved, resman_moved
from dated
where plain is null or is_older or is_gone or changed or (select yes from incremental)
order by resman_lead_id
