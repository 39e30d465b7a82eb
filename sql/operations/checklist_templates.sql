-- Grain: one template that active preferences name.
select distinct template_id from status_notification_preferences
where is_active and template_id is not null
order by template_id
