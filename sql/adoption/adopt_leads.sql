-- Runs after 003_leads where the log existed already: a lead's base is what its latest success row says; null
-- where that row's status is outside the vocabulary.
insert into lead (
  resman_lead_id, property_id, conversation_id, base, base_seq, base_at, base_domiq_version,
  base_resman_version)
select resman_lead_id, property_id, conversation_id, new_status, seq, at, domiq_version, resman_version
from (
  select distinct on (log.resman_lead_id)
    log.resman_lead_id, coalesce(log.property_id, c.property_id) as property_id, log.conversation_id,
    log.new_status, log.seq, coalesce(log.occurred_at, log.created_at) as at, log.domiq_version,
    log.resman_version
  from status_sync_log as log
  left join conversation as c on c.id = log.conversation_id
  where log.sync_status = 'success' and log.resman_lead_id is not null
  order by log.resman_lead_id, log.seq desc
) as latest
where new_status in (
  'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost');
