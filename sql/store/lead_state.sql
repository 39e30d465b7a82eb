-- Grain: one lead, as last seen: the input of the rules.
select to_jsonb(s) as lead
from (
  select l.property_id, l.resman_lead_id, l.conversation_id,
    l.base, l.base_domiq_version, l.base_resman_version, l.base_bridged,
    l.domiq <> case when l.domiq = l.base then l.base else l.domiq_agreed end as domiq_moved,
    l.resman <> case
      when l.resman = l.base and not l.resman_acknowledged then l.base else l.resman_agreed
    end as resman_moved,
    case when l.domiq_raw is null then 'missing' else 'seen' end as domiq_presence,
    l.domiq_raw, l.domiq, l.domiq_version,
    case when l.resman_raw is null then 'missing' else 'seen' end as resman_presence,
    l.resman_raw, l.resman, l.resman_version,
    l.lead_score, l.fields,
    exists (
      select from status_sync_log g
      where g.resman_lead_id = l.resman_lead_id and g.sync_status = 'pending') as pending,
    c.last_complete_at is null or exists (
      select from status_sync_log g
      where g.resman_lead_id = l.resman_lead_id
        and g.sync_direction = 'to_resman' and g.sync_status = 'success'
        and g.synced_at > c.last_complete_at) as pushed_since_pull,
    null as problem,
    false as standing_refused, false as standing_ignored
  from lead l
  left join pull_cursor c on c.system = 'resman' and c.property_id = l.property_id
  where l.resman_lead_id = $1
) s
