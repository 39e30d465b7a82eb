-- Publishing goes in two parts: comparing with the figures in force, and changing revisions. Who compares while it
-- measures leaves the first part out; what nothing is compared with begins at once.

-- Ends revisions in force at the instant, and begins the rows of a table with the columns of metric_<name>. What every
-- other measurement shows stays as it is. One at a time (the lock of a measurement).
create function change_figures(name text, instant timestamptz, begun regclass, ended tid[]) returns bigint
language plpgsql as $$
declare
  revisions regclass := format('%I', 'metric_' || name || '_revision');
  columns text;
  before timestamptz;
  next timestamptz;
  changed bigint;
begin
  select string_agg(quote_ident(attname), ', ' order by attnum)
  into columns
  from pg_attribute
  where attrelid = revisions and attnum > 0 and not attisdropped and attname not in ('since', 'until');

  -- What begins now holds until the next measurement, or until a revision of one that is no longer kept.
  execute format(
    'select
       (select coalesce(max(as_of), ''-infinity'') from measurement where as_of < $1),
       coalesce(least(
         (select min(as_of) from measurement where as_of > $1),
         (select min(since) from %s where since > $1)), ''infinity'')', revisions)
  into before, next using instant;

  -- What ends, and is shown by measurements after this one, holds from there on.
  execute format(
    'create temp table figure_later on commit drop as
     select until, %1$s
     from %2$s
     where ctid = any ($1) and $2 < ''infinity''
       and exists (select from measurement where as_of >= $2 and as_of < until)', columns, revisions)
  using ended, next;

  -- What no measurement before this one shows goes; the others end.
  execute format('delete from %s where ctid = any ($1) and since > $2', revisions) using ended, before;
  execute format(
    'update %s as revision set until = $1 from unnest($2) as gone (held) where revision.ctid = gone.held', revisions)
  using instant, ended;
  execute format(
    'insert into %1$s (since, until, %2$s)
     select $2, until, %2$s from figure_later
     union all
     select $1, $2, %2$s from %3$s', revisions, columns, begun)
  using instant, next;
  get diagnostics changed = row_count;
  drop table figure_later;
  return changed + cardinality(ended);
end
$$;
comment on function change_figures(text, timestamptz, regclass, tid[]) is
  'For measuring: ends revisions in force at an instant and begins the rows of a table; gives how many';

-- Makes the temporary table metric_<name> what a measurement as of the instant shows.
-- Rows are compared by one grouping of those in force and the new ones: nulls are equal, and so are doubles with the
-- same bytes. Those that are in force alone end, those that are new alone begin; the others are not touched. No row in
-- force is like another (metric_<name>_revision_key).
create or replace function publish_figures(name text, instant timestamptz) returns bigint language plpgsql as $$
declare
  figures regclass := format('pg_temp.%I', 'metric_' || name);
  revisions regclass := format('%I', 'metric_' || name || '_revision');
  columns text;
  keys text;
  is_first boolean;
  ended tid[];
  changed bigint;
begin
  execute format('select not exists (select from %s where since <= $1 and until > $1)', revisions)
  into is_first using instant;
  if is_first then
    return change_figures(name, instant, figures, '{}');
  end if;

  select
    string_agg(quote_ident(attname), ', ' order by attnum),
    string_agg(
      quote_ident(attname) || case atttypid when 'float8'::regtype then format(', float8send(%I)', attname) else '' end,
      ', ' order by attnum)
  into columns, keys
  from pg_attribute
  where attrelid = figures and attnum > 0 and attname not in ('as_of', 'window_start', 'window_end');

  -- One row is one row of figures that is in force alone (held), or that occurs more often than it is in force.
  execute format(
    'create temp table figure_change on commit drop as
     select case when count(*) = count(held) then min(held) end as held, count(*) - 2 * count(held) as missing, %1$s
     from (
       select ctid as held, %1$s from %3$s where since <= %5$L and until > %5$L
       union all
       select null, %1$s from %4$s
     ) as shown
     group by %2$s
     having count(*) <> 2 * count(held)',
    columns, keys, revisions, figures, instant);
  execute format(
    'create temp table figure_begun on commit drop as
     select %1$s from figure_change cross join generate_series(1, missing)', columns);
  select coalesce(array_agg(held), '{}') into ended from figure_change where held is not null;
  changed := change_figures(name, instant, 'pg_temp.figure_begun', ended);
  drop table figure_change, figure_begun;
  return changed;
end
$$;
