-- Grain: one lead that only a conversation or the log names: it has a row, so that a change that is being begun is waited
-- for.
insert into lead (resman_lead_id)
select $1::text
where exists (select from conversation c where c.resman_lead_id = $1::text)
  or exists (select from status_sync_log g where g.resman_lead_id = $1::text)
on conflict do nothing
