-- Grain: one row: one message about one change; none where the mailbox already has one.
insert into notification (
  property_id, log_id, resman_lead_id, origin, origin_id, channel, recipient, address, template_id,
  priority, subject, body, state, cause, last_error, attempts, finished_at, mailbox)
values (
  $1::uuid, $2::uuid, $3, $4, $5::uuid, $6::text, $7, $8::text, $9, $10, $11, $12, $13::text, $14, $15,
  case when $13::text = 'delivered' then 1 else 0 end,
  case when $13::text <> 'pending' then now() end,
  case when $13::text <> 'dead' then notification_mailbox($6::text, $8::text) end)
on conflict do nothing
