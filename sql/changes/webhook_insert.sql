-- Grain: one webhook id seen for the first time.
insert into webhook_delivery (
  webhook_id, property_id, resman_lead_id, occurred_at, new_status, outcome, payload)
values ($1, $2::uuid, $3, $4::timestamptz, $5, $6, $7::jsonb)
on conflict do nothing
