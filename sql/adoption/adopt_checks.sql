-- Runs last, before 002_source: adds the vocabulary checks to tables that existed already. Existing rows stay
-- as they are, even where they hold a word outside the vocabulary; the checks apply to every row that is
-- inserted or updated from now on.
do $$
declare
  wanted record;
begin
  for wanted in
    select relation, name, words, relation || '_' || name || '_check' as title
    from (values
      ('status_sync_log', 'old_status', 1), ('status_sync_log', 'new_status', 1),
      ('status_sync_log', 'updated_by', 2), ('status_sync_log', 'sync_direction', 3),
      ('status_sync_log', 'sync_status', 4), ('status_workflow_rules', 'trigger_status', 1),
      ('status_workflow_rules', 'target_status', 1),
      ('status_notification_preferences', 'status_type', 1),
      ('status_notification_preferences', 'notification_method', 5)
    ) as col (relation, name, kind)
    join (values
      (1, array['new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost']),
      (2, array['chatbot', 'resman_user', 'system']), (3, array['to_resman', 'from_resman']),
      (4, array['pending', 'success', 'failed']), (5, array['email', 'sms', 'slack', 'in_app'])
    ) as vocabulary (kind, words) using (kind)
    where to_regclass(relation) is not null and not exists (
      select from pg_constraint c
      where c.conrelid = to_regclass(relation) and c.conname = relation || '_' || name || '_check')
  loop
    execute format(
      'alter table %I add constraint %I check (%I = any (%L::text[])) not valid',
      wanted.relation, wanted.title, wanted.name, wanted.words);
  end loop;
end
$$;
