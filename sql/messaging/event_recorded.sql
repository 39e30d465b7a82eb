-- Grain: one recorded change, with what the tables know about its lead, as an event; none of a lead that was erased:
-- nobody is told of it, and no rule acts. A conversation that is another lead's by now tells nothing of this one.
select jsonb_build_object(
  'log_id', g.id,
  'property_id', coalesce(g.property_id, l.property_id),
  'resman_lead_id', g.resman_lead_id,
  'conversation_id', chat.id,
  'old_status', g.old_status,
  'new_status', g.new_status,
  'status_reason', g.status_reason,
  'updated_by', case when g.updated_by in ('chatbot', 'resman_user') then g.updated_by else 'system' end,
  'from_resman', g.sync_direction = 'from_resman',
  'occurred_at', to_char(
    coalesce(
      g.occurred_at, case when isfinite(g.created_at) then g.created_at end, g.synced_at)
      at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'details', jsonb_build_object(
    'lead_name', to_jsonb(c) ->> 'lead_name',
    'lead_score', coalesce(
      case when g.context_data ->> 'lead_score' ~ '^[0-9]{1,3}([.][0-9]{1,20})?$'
        then (g.context_data ->> 'lead_score')::float8 end,
      l.lead_score),
    'tour_datetime', g.context_data ->> 'tour_datetime',
    'message_count', case when g.context_data ->> 'message_count' ~ '^[0-9]{1,6}$'
      then (g.context_data ->> 'message_count')::int end,
    'conversation_duration',
      case when g.context_data ->> 'conversation_duration' ~ '^[0-9]{1,6}([.][0-9]{1,20})?$'
        then (g.context_data ->> 'conversation_duration')::float8 end),
  'conversation_summary', g.context_data ->> 'conversation_summary',
  'urgency_level', g.context_data ->> 'urgency_level',
  'notify_prospect', case g.context_data ->> 'notify_prospect'
    when 'true' then true when 'false' then false end) as event,
  coalesce(g.context_data ->> 'trigger_notifications' = 'true', false) as trigger_notifications,
  coalesce(g.context_data ->> 'trigger_workflows' = 'true', false) as trigger_workflows
from status_sync_log g
left join lead l on l.resman_lead_id = g.resman_lead_id
left join lateral (
  select coalesce(g.conversation_id, l.conversation_id) as id
  where not exists (
    select from conversation o
    where o.id = coalesce(g.conversation_id, l.conversation_id)
      and o.resman_lead_id <> g.resman_lead_id)
) chat on true
left join conversation c on c.id = chat.id
where g.id = $1::uuid and g.sync_status = 'success'
  and not exists (select from erasure e where e.resman_lead_id = g.resman_lead_id)
