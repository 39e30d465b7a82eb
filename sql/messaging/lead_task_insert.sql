-- Grain: one task.
insert into lead_task (
  property_id, execution_id, resman_lead_id, conversation_id, title, description, assigned_to,
  priority, due_at)
values (
  $1::uuid, $2::uuid, $3, $4::uuid, $5, $6, $7, $8, now() + make_interval(mins => $9::integer))
