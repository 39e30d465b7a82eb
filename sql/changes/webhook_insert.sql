-- Grain: one webhook id seen for the first time; without its words where the lead was erased.
insert into webhook_delivery (
  webhook_id, property_id, resman_lead_id, occurred_at, new_status, outcome, payload)
values (
  $1, $2::uuid, $3::text, $4::timestamptz, $5, $6,
  case when exists (select from erasure e where e.resman_lead_id = $3::text)
    then $7::jsonb - array['status_reason', 'context_data', 'description'] else $7::jsonb end)
on conflict do nothing
