-- Grain: one rule of one property, oldest first.
select jsonb_build_object(
  'id', id, 'trigger_status', trigger_status, 'target_status', target_status,
  'conditions', coalesce(conditions, '{}'), 'actions', coalesce(actions, '[]'),
  'is_active', coalesce(is_active, false)) as rule
from status_workflow_rules
where property_id = $1::uuid
order by created_at, status_workflow_rules.id
