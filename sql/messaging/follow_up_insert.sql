-- Grain: one reminder.
insert into follow_up (
  property_id, execution_id, resman_lead_id, conversation_id, status, note, assigned_to, due_at)
values (
  $1::uuid, $2::uuid, $3, $4::uuid, $5, $6, $7, now() + make_interval(mins => $8::integer))
