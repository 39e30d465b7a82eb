-- A property's time zone is a name of the IANA database and nothing else: PostgreSQL by itself also takes
-- abbreviations, fixed offsets and POSIX rules, whose sign is the other way round.

-- One row is one name by which days may be counted.
create table timezone_name (name text primary key);
comment on table timezone_name is 'Names of the IANA time zone database as this server had them when it was migrated';
comment on column timezone_name.name is 'As the database spells it';

-- As abbreviations PostgreSQL reads the names of four zones as fixed offsets; so they are left out.
insert into timezone_name (name)
select name
from pg_timezone_names
where name !~ '^(posix|right)/'
  and name not in ('localtime', 'posixrules', 'Factory', 'CET', 'EET', 'MET', 'WET')
on conflict do nothing;

create or replace function known_timezone(name text) returns text language sql stable as $$
  select coalesce(
    (select known.name from timezone_name as known
     where known.name = btrim(known_timezone.name, E' \t\r\n')), 'UTC')
$$;
comment on function known_timezone(text) is 'The time zone that days are counted by: the name without blanks around it if the IANA database has it, else UTC';
comment on column property.timezone is 'Name of the IANA database; null, or anything else, means UTC';

do $$
declare
  role_name text;
begin
  foreach role_name in array array[
    'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader']
  loop
    perform status_sync_grant('select', 'timezone_name', role_name);
  end loop;
end
$$;
