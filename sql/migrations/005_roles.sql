-- Who may do what. Four roles that cannot log in: a deployment grants them to its own users.
--   status_sync_job      runs the night
--   status_sync_planner  runs `plan`: reads, and writes staging only
--   status_sync_api      serves the live API
--   status_sync_reader   analysts: figures and history, no conversations
-- Where the migrating user may not create roles, those that are missing stay missing.

do $$
declare
  wanted text;
begin
  foreach wanted in array array[
    'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin', wanted);
      exception
        when duplicate_object or unique_violation then null; -- another database of this server
        when insufficient_privilege then
          raise notice 'role % is missing: this user may not create roles', wanted;
      end;
    end if;
  end loop;
end
$$;

-- Grants on a relation if the role exists and the relation is ours to grant.
create function status_sync_grant(privileges text, relation regclass, role_name text)
returns void language plpgsql as $$
begin
  if exists (select from pg_roles where rolname = role_name) then
    execute format('grant %s on %s to %I', privileges, relation, role_name);
  end if;
exception
  when insufficient_privilege then
    raise notice '% on % not granted to %: the table belongs to somebody else',
      privileges, relation, role_name;
end
$$;
comment on function status_sync_grant is
  'For migrations: a new table is granted by name, because the schema may hold DomIQ''s own tables';

do $$
declare
  relation regclass;
  kind text;
  wanted text;
begin
  foreach wanted in array array[
    'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader'] loop
    if exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('grant usage on schema %I to %I', current_schema(), wanted);
      exception when insufficient_privilege then
        raise notice 'usage of schema % not granted to %', current_schema(), wanted;
      end;
    end if;
  end loop;

  for relation, kind in
    select
      c.oid::regclass,
      case
        when relname like 'stage\_%' then 'staging'
        when relname like 'metric\_%' or relname in ('visit', 'rollup') then 'figures'
        when relname = 'status_sync_log' then 'log'
        when relname = 'property' then 'property'
        when relname = 'conversation' then 'conversation'
        else 'state'
      end
    from pg_class c
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p', 'v')
      and (relname like 'stage\_%' or relname like 'metric\_%' or relname in (
        'property', 'conversation', 'status_sync_log', 'status_workflow_rules',
        'status_notification_preferences', 'lead', 'sync_run', 'drift', 'review_item',
        'pull_cursor', 'visit', 'rollup', 'schema_migration'))
  loop
    perform status_sync_grant('select', relation, 'status_sync_job');
    perform status_sync_grant('select', relation, 'status_sync_api');
    perform status_sync_grant('select', relation, 'status_sync_planner');
    if kind not in ('staging', 'conversation') then
      perform status_sync_grant('select', relation, 'status_sync_reader');
    end if;
    case kind
      when 'staging' then
        perform status_sync_grant('insert, update, delete, truncate', relation, 'status_sync_job');
        perform status_sync_grant(
          'insert, update, delete, truncate', relation, 'status_sync_planner');
      when 'figures' then
        perform status_sync_grant('insert, update, delete, truncate', relation, 'status_sync_job');
      when 'conversation', 'log' then
        perform status_sync_grant('insert, update', relation, 'status_sync_job');
        perform status_sync_grant('insert, update', relation, 'status_sync_api');
      when 'property' then
        perform status_sync_grant('insert, update', relation, 'status_sync_job');
      else
        null;
    end case;
  end loop;

  foreach relation in array array['lead', 'sync_run', 'drift', 'review_item', 'pull_cursor']::regclass[]
  loop
    perform status_sync_grant('insert, update, delete', relation, 'status_sync_job');
  end loop;
  -- A success row of the log moves its lead (trigger lead_follow_log, rights of its caller).
  perform status_sync_grant('insert, update', 'lead', 'status_sync_api');
  perform status_sync_grant('insert, update', 'status_workflow_rules', 'status_sync_api');
  perform status_sync_grant('insert, update', 'status_notification_preferences', 'status_sync_api');
end
$$;
