-- Grain: one lead by its id in ResMan, with the conversation that gives its status in DomIQ; one that is another lead's by
-- now is not its. has_agreed: DomIQ was seen to hold what both sides agreed on: DomIQ's version came with a change, or the
-- log has that status.
select l.resman_lead_id is not null as is_seen,
  coalesce(l.property_id, c.property_id) as property_id,
  coalesce(
    case when not exists (
      select from conversation o
      where o.id = l.conversation_id and o.resman_lead_id <> asked.id) then l.conversation_id end,
    c.id) as conversation_id,
  l.base, l.base_seq, l.base_resman_version, coalesce(l.base_bridged, false) as base_bridged,
  l.domiq, l.domiq_version,
  agreed.status is not null and exists (
    select from status_sync_log g
    where g.resman_lead_id = asked.id and g.sync_status = 'success' and not g.bridged
      and (g.domiq_version is not null or g.new_status = agreed.status)) as has_agreed,
  l.resman, l.resman_version,
  case when l.resman = l.base and not l.resman_acknowledged then l.base else l.resman_agreed end
    as resman_agreed,
  l.lead_score, coalesce(l.fields, 0)::int as fields,
  change.id is not null as is_pending, change.new_status as pending_status
from (select $1::text as id) asked
left join lead l on l.resman_lead_id = asked.id
cross join lateral (
  select case when l.domiq = l.base then l.base else l.domiq_agreed end as status
) agreed
left join lateral (
  select id, property_id from conversation
  where resman_lead_id = asked.id
  order by created_at desc nulls last, id desc
  limit 1
) c on true
left join lateral (
  select id, new_status from status_sync_log
  where resman_lead_id = asked.id and sync_status = 'pending'
  limit 1
) change on true
where l.resman_lead_id is not null or c.id is not null
