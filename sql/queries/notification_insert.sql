-- Grain: one row, one message about one change; none where this recipient has it already.
insert into notification (
  property_id, log_id, resman_lead_id, origin, origin_id, channel, recipient, address, template_id,
  priority, subject, body, state, cause, last_error, attempts, finished_at)
values (
  $1::uuid, $2::uuid, $3, $4, $5::uuid, $6, $7, $8, $9, $10, $11, $12, $13::text, $14, $15,
  case when $13::text = 'delivered' then 1 else 0 end,
  case when $13::text <> 'pending' then now() end)
on conflict do nothing
