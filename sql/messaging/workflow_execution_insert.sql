-- Grain: one row: one action of one rule for one change, or one rule that matched without an action.
insert into workflow_execution (
  property_id, log_id, rule_id, resman_lead_id, action_index, action_type, action, event, state,
  reason, finished_at)
values (
  $1::uuid, $2::uuid, $3::uuid, $4, $5::smallint, $6, $7::jsonb, $8::jsonb, $9::text, $10,
  case when $9::text <> 'pending' then now() end)
on conflict (log_id, rule_id, action_index) do nothing
