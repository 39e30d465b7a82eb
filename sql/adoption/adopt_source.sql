-- Runs before 002_source where some tables of the feature specification existed already: adds what those
-- tables lack.

alter table if exists status_sync_log
  add column if not exists conversation_id uuid,
  add column if not exists resman_lead_id varchar(100),
  add column if not exists old_status varchar(50),
  add column if not exists new_status varchar(50),
  add column if not exists status_reason text,
  add column if not exists updated_by varchar(100),
  add column if not exists sync_direction varchar(20),
  add column if not exists sync_status varchar(50),
  add column if not exists context_data jsonb,
  add column if not exists created_at timestamptz;
alter table if exists status_workflow_rules
  add column if not exists property_id uuid,
  add column if not exists trigger_status varchar(50),
  add column if not exists target_status varchar(50),
  add column if not exists conditions jsonb,
  add column if not exists actions jsonb,
  add column if not exists is_active boolean,
  add column if not exists created_at timestamptz;
alter table if exists status_notification_preferences
  add column if not exists property_id uuid,
  add column if not exists status_type varchar(50),
  add column if not exists notification_method varchar(50),
  add column if not exists recipients jsonb,
  add column if not exists template_id varchar(100),
  add column if not exists is_active boolean,
  add column if not exists created_at timestamptz;

-- Only the id is required, as in the specification. Shorter text columns are widened to the specification's
-- length.
do $$
declare
  col record;
begin
  for col in
    select a.attrelid::regclass as relation, a.attname as name, a.attnotnull as required,
      a.atthasdef as has_default, source.length,
      a.atttypid = 'varchar'::regtype and a.atttypmod between 4 and source.length + 3 as too_short
    from pg_attribute a
    join (values
      ('status_sync_log', 'conversation_id', 0), ('status_sync_log', 'resman_lead_id', 100),
      ('status_sync_log', 'old_status', 50), ('status_sync_log', 'new_status', 50),
      ('status_sync_log', 'status_reason', 0), ('status_sync_log', 'updated_by', 100),
      ('status_sync_log', 'sync_direction', 20), ('status_sync_log', 'sync_status', 50),
      ('status_sync_log', 'context_data', 0), ('status_sync_log', 'created_at', 0),
      ('status_workflow_rules', 'property_id', 0), ('status_workflow_rules', 'trigger_status', 50),
      ('status_workflow_rules', 'target_status', 50), ('status_workflow_rules', 'conditions', 0),
      ('status_workflow_rules', 'actions', 0), ('status_workflow_rules', 'is_active', 0),
      ('status_workflow_rules', 'created_at', 0),
      ('status_notification_preferences', 'property_id', 0),
      ('status_notification_preferences', 'status_type', 50),
      ('status_notification_preferences', 'notification_method', 50),
      ('status_notification_preferences', 'recipients', 0),
      ('status_notification_preferences', 'template_id', 100),
      ('status_notification_preferences', 'is_active', 0),
      ('status_notification_preferences', 'created_at', 0)
    ) as source (relation, name, length)
      on a.attrelid = to_regclass(source.relation) and a.attname = source.name
  loop
    if col.required then
      execute format('alter table %s alter column %I drop not null', col.relation, col.name);
    end if;
    if col.too_short and col.length > 0 then
      execute format(
        'alter table %s alter column %I type varchar(%s)', col.relation, col.name, col.length);
    end if;
    if col.name = 'created_at' and not col.has_default then
      execute format('alter table %s alter column created_at set default now()', col.relation);
    end if;
    if col.name = 'is_active' and not col.has_default then
      execute format('alter table %s alter column is_active set default true', col.relation);
    end if;
  end loop;
end
$$;
alter table if exists status_sync_log alter column id set default gen_random_uuid();
alter table if exists status_workflow_rules alter column id set default gen_random_uuid();
alter table if exists status_notification_preferences alter column id set default gen_random_uuid();
