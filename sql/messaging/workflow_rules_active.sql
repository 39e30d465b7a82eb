-- Grain: one active rule of a property that a status triggers.
select id, conditions, actions
from status_workflow_rules
where is_active
  and (property_id = $1::uuid or property_id is null)
  and trigger_status = $2
order by created_at, id
