-- Grain: the one log row of our own that a webhook reports back, found by the intent that the webhook names; notifies:
-- whether people are told of the change.
select g.id, g.seq, g.new_status, g.sync_status, g.seq = l.base_seq as is_base,
  case when g.run_id is null then coalesce(g.notify, true)
    else coalesce(g.context_data ->> 'trigger_notifications' = 'true', false) end as notifies
from status_sync_log g
left join lead l on l.resman_lead_id = g.resman_lead_id
where g.resman_lead_id = $1 and g.id = $2::uuid
