-- Grain: one active workflow rule.
select id, conditions, actions from status_workflow_rules where is_active order by created_at, id
