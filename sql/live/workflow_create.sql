-- Grain: one new rule.
insert into status_workflow_rules (
  id, property_id, trigger_status, target_status, conditions, actions)
values ($1::uuid, $2::uuid, $3, $4, $5::jsonb, $6::jsonb)
