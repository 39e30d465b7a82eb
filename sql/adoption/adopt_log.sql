-- After 002, where tables of the feature specification were there already. The rows of the log get their
-- order of arrival from when they were written, not from where they happen to lie.
create temporary table adopted_order on commit drop as
select id, row_number() over (order by created_at nulls first, seq) as n
from status_sync_log;

alter table status_sync_log disable trigger status_sync_log_append_only;
drop index status_sync_log_seq;
update status_sync_log as log
set seq = adopted_order.n
from adopted_order
where adopted_order.id = log.id and log.seq <> adopted_order.n;
create unique index status_sync_log_seq on status_sync_log (seq);
select setval(
  pg_get_serial_sequence('status_sync_log', 'seq'), (select coalesce(max(n), 0) + 1 from adopted_order),
  false);
alter table status_sync_log enable trigger status_sync_log_append_only;

-- Rows stay as they are, also where a word is outside the vocabulary: the checks hold from now on, and
-- only where the table was there already; else 001 made them.
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
    where not exists (
      select from pg_constraint c
      where c.conrelid = relation::regclass and c.conname = relation || '_' || name || '_check')
  loop
    execute format(
      'alter table %I add constraint %I check (%I = any (%L::text[])) not valid',
      wanted.relation, wanted.title, wanted.name, wanted.words);
  end loop;
end
$$;
