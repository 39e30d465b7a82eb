-- Grain: one row, one report for one mailbox; none where the mailbox has this report already. $1: the report, the same
-- text whoever writes it.
insert into notification (
  origin, origin_id, property_id, channel, recipient, address, template_id, priority, subject, body,
  html, attachment, state, cause, last_error, finished_at, mailbox)
values (
  'report', md5($1)::uuid, $2::uuid, $3::text, $4, $5::text, $6, 'medium', $7, $8, $9, $10,
  case when $11::text is null then 'pending' else 'dead' end,
  case when $11::text is not null then 'failed' end, $11::text,
  case when $11::text is not null then now() end,
  case when $11::text is null then notification_mailbox($3::text, $5::text) end)
on conflict do nothing
