-- Grain: one webhook whose lead was unknown on arrival and is known now, or one poll ($1: how their ids begin) of a lead
-- that had a pending change and has none now; oldest change first.
select w.webhook_id, w.payload
from webhook_delivery w
where w.outcome = 'waiting' and (
  exists (select from lead l where l.resman_lead_id = w.resman_lead_id)
  or exists (select from conversation c where c.resman_lead_id = w.resman_lead_id))
  and not (
    starts_with(w.webhook_id, $1::text)
    and exists (
      select from status_sync_log g
      where g.resman_lead_id = w.resman_lead_id and g.sync_status = 'pending'))
order by w.occurred_at, w.webhook_id
limit 1000
