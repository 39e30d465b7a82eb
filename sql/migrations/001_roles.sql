-- Who may do what. Five roles that cannot log in: a deployment grants them to its own users.
--   status_sync_job      runs the night
--   status_sync_planner  runs `plan`: reads, and writes staging only
--   status_sync_api      serves the live API
--   status_sync_reader   analysts: figures and history, no conversations
--   status_sync_eraser   `erase`: empties what is personal of one lead
-- Where the migrating user may not create roles, those that are missing stay missing.

do $$
declare
  wanted text;
begin
  foreach wanted in array array[
    'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader',
    'status_sync_eraser'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin', wanted);
      exception
        when duplicate_object or unique_violation then null; -- another database of this server
        when insufficient_privilege then
          raise notice 'role % is missing: this user may not create roles', wanted;
      end;
    end if;
    if exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('grant usage on schema %I to %I', current_schema(), wanted);
      exception when insufficient_privilege then
        raise notice 'usage of schema % not granted to %', current_schema(), wanted;
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

-- The table of what was applied, which `migrate` makes itself.
select status_sync_grant('select', 'schema_migration', wanted)
from unnest(array[
  'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader',
  'status_sync_eraser']) as wanted;
