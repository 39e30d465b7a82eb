-- What changes by day mean for a lead and its webhooks; a history of a log that was taken over.
comment on column lead.domiq_agreed is
  'Status of the last base that DomIQ was seen to hold, where its last sighting is not the base; where a change by day gave the first base: what DomIQ showed then; null: not known';
comment on column webhook_delivery.outcome is
  'applied: moved the lead; repeated: it was there already; superseded: a newer change was known; echo: our own change coming back; waiting: nobody knows the lead yet, or a change of ours that it may report has not ended';

-- A row of a log that was taken over may have no time, or one that is none.
create or replace view history_change as
select
  id, resman_lead_id, old_status, new_status, status_reason, updated_by, context_data,
  coalesce(
    case when isfinite(created_at) then created_at end,
    case when isfinite(occurred_at) then occurred_at end) as created_at,
  seq
from status_sync_log
where sync_status = 'success'
  and new_status in (
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost')
  and (old_status is null or old_status in (
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost'));
