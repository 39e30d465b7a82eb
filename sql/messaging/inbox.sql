-- Grain: one message of the in-app inbox, newest first.
select jsonb_build_object(
  'id', id, 'resman_lead_id', resman_lead_id, 'conversation_id', (
    select g.conversation_id from status_sync_log g where g.id = log_id),
  'recipient', recipient, 'priority', priority,
  'subject', subject, 'body', body,
  'created_at', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'read_at', to_char(read_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as message
from notification
where channel = 'in_app' and state = 'delivered' and property_id = $1::uuid
  and (recipient = $2 or $2 is null)
  and (read_at is null or not $3::boolean)
order by created_at desc, id
limit $4::integer
