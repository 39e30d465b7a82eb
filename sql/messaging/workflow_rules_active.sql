-- Grain: one active rule whose trigger a status at a property is.
select id, conditions, actions
from status_workflow_rules
where is_active
  and (property_id = $1::uuid or property_id is null)
  and trigger_status = $2
order by created_at, id
