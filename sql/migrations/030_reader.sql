-- Analysts see what happened to leads, and nothing that is about a person: no words of conversations,
-- no reasons as somebody wrote them, no addresses, no names of staff. Column by column, so that a
-- column that is added later is not theirs until somebody says so.

do $$
declare
  relation regclass;
  granted text;
begin
  if not exists (select from pg_roles where rolname = 'status_sync_reader') then
    return;
  end if;
  for relation, granted in
    values
      ('property'::regclass, 'id, name, timezone'),
      ('status_sync_log',
        'id, conversation_id, resman_lead_id, old_status, new_status, updated_by, sync_direction,'
        ' sync_status, created_at, seq, property_id, run_id, occurred_at, synced_at, attempts,'
        ' failure, resman_version, domiq_version, bridged, irregular, notify'),
      ('status_workflow_rules',
        'id, property_id, trigger_status, target_status, conditions, is_active, created_at'),
      ('status_notification_preferences',
        'id, property_id, status_type, notification_method, template_id, is_active, created_at'),
      ('drift',
        'run_id, property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw,'
        ' resman, verdict, rule, action, target, hops, irregular, cause, outcome, domiq_version,'
        ' resman_version, planned'),
      ('review_item',
        'id, property_id, resman_lead_id, conversation_id, base, domiq_raw, domiq, resman_raw,'
        ' resman, verdict, rule, state, first_seen, first_run, last_seen, last_run, domiq_version,'
        ' resman_version, refused, answer, answered_at, ignore_until'),
      ('lead_task',
        'id, property_id, execution_id, resman_lead_id, priority, due_at, state, created_at,'
        ' finished_at'),
      ('follow_up',
        'id, property_id, execution_id, resman_lead_id, status, due_at, state, created_at,'
        ' finished_at')
  loop
    begin
      -- The rights on single columns go with that on the table.
      execute format('revoke select on %s from status_sync_reader', relation);
      perform status_sync_grant(format('select (%s)', granted), relation, 'status_sync_reader');
    exception when insufficient_privilege then
      raise notice 'rights of status_sync_reader on % are as its owner gave them', relation;
    end;
  end loop;
end
$$;
