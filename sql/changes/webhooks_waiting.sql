-- Grain: one waiting webhook that can be taken now, because its lead is known and has no pending change that the webhook
-- may report: a poll ($1: how their ids begin) any change, another webhook one to its status; oldest change first.
select w.webhook_id, w.payload
from webhook_delivery w
where w.outcome = 'waiting' and (
  exists (select from lead l where l.resman_lead_id = w.resman_lead_id)
  or exists (select from conversation c where c.resman_lead_id = w.resman_lead_id))
  and not exists (
    select from status_sync_log g
    where g.resman_lead_id = w.resman_lead_id and g.sync_status = 'pending'
      and (starts_with(w.webhook_id, $1::text) or g.new_status = w.new_status))
order by w.occurred_at, w.webhook_id
limit 1000
