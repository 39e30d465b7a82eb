-- Grain: one erasure of the lead $1, at $2, by $3, because of $4; none where the lead is not known.
insert into erasure (resman_lead_id, conversation_ids, erased_at, erased_by, reason)
select asked.lead,
  array(
    select c.id
    from conversation c
    where c.resman_lead_id = asked.lead
      or c.resman_lead_id is null and c.id in (
        select l.conversation_id from lead l where l.resman_lead_id = asked.lead
        union
        select g.conversation_id from status_sync_log g where g.resman_lead_id = asked.lead)
    order by c.id),
  $2::timestamptz, $3, $4
from (select $1::text as lead) as asked
where exists (select from lead l where l.resman_lead_id = asked.lead)
  or exists (select from conversation c where c.resman_lead_id = asked.lead)
  or exists (select from status_sync_log g where g.resman_lead_id = asked.lead)
  or exists (select from webhook_delivery w where w.resman_lead_id = asked.lead)
returning id
