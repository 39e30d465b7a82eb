-- Grain: one row: what is configured for the live service.
select
  (select count(*) from status_workflow_rules where is_active) as rules,
  (select count(*) from status_notification_preferences where is_active) as preferences
