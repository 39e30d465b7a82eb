-- Grain: one rule of one property, switched on or off.
update status_workflow_rules set is_active = $3::boolean
where property_id = $1::uuid and id = $2::uuid
returning jsonb_build_object(
  'id', id, 'trigger_status', trigger_status, 'target_status', target_status,
  'conditions', coalesce(conditions, '{}'), 'actions', coalesce(actions, '[]'),
  'is_active', coalesce(is_active, false)) as rule
