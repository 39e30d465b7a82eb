-- Grain: one webhook whose lead was unknown on arrival and is known now, oldest change first.
select w.webhook_id, w.payload
from webhook_delivery w
where w.outcome = 'waiting' and (
  exists (select from lead l where l.resman_lead_id = w.resman_lead_id)
  or exists (select from conversation c where c.resman_lead_id = w.resman_lead_id))
order by w.occurred_at, w.webhook_id
limit 1000
