-- Revisions of figures (docs/decisions/015-revisions.md). A revision is one row of a table of figures, with since when
-- and until when measurements show it. A measurement shows the revisions in force at its as_of, and writes those that
-- differ from the ones in force already. metric_<name> is a view of them from here on, with the columns it had.

-- The words of a revision that an erasure empties are the one thing of it that changes, and nothing but its end moves:
-- tg_argv names their column.
create function revision_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_nargs = 1 and current_user = 'status_sync_eraser'
    and to_jsonb(new) - tg_argv[0] = to_jsonb(old) - tg_argv[0]
    and exists (select from erasure where 'erased ' || id = to_jsonb(new) ->> tg_argv[0])
  then
    return new;
  end if;
  raise exception 'figures of % were published: % refused', tg_table_name, tg_op
    using errcode = 'restrict_violation',
      hint = 'A measurement ends revisions and begins others.';
end
$$;

-- Until the transaction ends, an empty temporary table hides the view metric_<name>: a measurement fills it.
create function figures_aside(name text) returns void language plpgsql as $$
begin
  execute format('create temp table %1$I (like %1$I) on commit drop', 'metric_' || name);
end
$$;
comment on function figures_aside(text) is
  'For measuring: an empty temporary table hides the view metric_<name> until the transaction ends';

-- Makes the temporary table metric_<name> what a measurement as of the instant shows, and leaves what every other
-- measurement shows as it is. One at a time (the lock of a measurement).
-- Rows are compared as multisets, by one grouping of those in force and the new ones: nulls are equal, and so are doubles
-- with the same bytes. Those that are in force alone end, those that are new alone begin; the others are not touched.
create function publish_figures(name text, instant timestamptz) returns bigint language plpgsql as $$
declare
  figures regclass := format('pg_temp.%I', 'metric_' || name);
  revisions regclass := format('%I', 'metric_' || name || '_revision');
  columns text;
  keys text;
  next timestamptz;
  changed bigint;
begin
  select
    string_agg(quote_ident(attname), ', ' order by attnum),
    string_agg(
      quote_ident(attname) || case atttypid when 'float8'::regtype then format(', float8send(%I)', attname) else '' end,
      ', ' order by attnum)
  into columns, keys
  from pg_attribute
  where attrelid = figures and attnum > 0 and attname not in ('as_of', 'window_start', 'window_end');

  -- What begins now holds until the next measurement, or until a revision of one that is no longer kept.
  execute format(
    'select coalesce(least(
       (select min(as_of) from measurement where as_of > $1),
       (select min(since) from %s where since > $1)), ''infinity'')', revisions)
  into next using instant;

  -- One row is one revision in force that ends, or (ended is null) one new row that begins.
  execute format(
    'create temp table figure_change on commit drop as
     with compared as (
       select %1$s,
         array_agg(held) filter (where held is not null) as held,
         array_agg(until) filter (where held is not null) as until,
         count(*) filter (where held is null) as wanted
       from (
         select ctid as held, until, %1$s from %3$s where since <= %5$L and until > %5$L
         union all
         select null, null, %1$s from %4$s
       ) as shown
       group by %2$s
       having count(held) <> count(*) filter (where held is null)
     )
     select ended.held as ended, ended.until, %1$s
     from (select %1$s, held[wanted + 1:] as gone, until[wanted + 1:] as gone_until from compared) as surplus
     cross join unnest(gone, gone_until) as ended (held, until)
     union all
     select null, null, %1$s
     from compared cross join generate_series(1, wanted - coalesce(cardinality(held), 0))',
    columns, keys, revisions, figures, instant);
  get diagnostics changed = row_count;

  -- What no measurement before this one shows goes; the others end.
  execute format(
    'delete from %s as revision using figure_change
     where revision.ctid = figure_change.ended
       and not exists (select from measurement where as_of >= revision.since and as_of < $1)', revisions)
  using instant;
  execute format(
    'update %s as revision set until = $1 from figure_change where revision.ctid = figure_change.ended', revisions)
  using instant;
  -- What ended, and is shown by measurements after this one, holds from there on.
  execute format(
    'insert into %1$s (since, until, %2$s)
     select $2, until, %2$s from figure_change
     where exists (select from measurement where as_of >= $2 and as_of < figure_change.until)
     union all
     select $1, $2, %2$s from figure_change where ended is null', revisions, columns)
  using instant, next;
  drop table figure_change;
  return changed;
end
$$;
comment on function publish_figures(text, timestamptz) is
  'For measuring: publishes the temporary table metric_<name> as of an instant; gives the rows that began or ended';

-- No measurement meanwhile; who reads goes on reading until the tables are replaced.
lock table measurement in share mode;

do $$
declare
  names constant text[] := array[
    'funnel', 'time_in_status', 'conversion', 'transitions', 'daily', 'distribution', 'delivery', 'performance',
    'changes', 'anomalies', 'stalled', 'restatements', 'data_quality', 'cohorts', 'sources', 'lost_reasons', 'tours',
    'agents', 'unanswered', 'weeks', 'curves', 'alerts'];
  name text;
  columns text;
  keys text;
  identity text;
  erasable text;
  kept record;
  wanted text;
begin
  -- The tables of revisions, from the measurements there are.
  foreach name in array names loop
    execute format('lock table metric_%s in share mode', name);
    execute format(
      'create table metric_%1$s_revision (
         since timestamptz not null,
         until timestamptz not null default ''infinity'',
         like metric_%1$s including constraints including comments,
         constraint metric_%1$s_revision_order check (since < until))', name);
    execute format(
      'alter table metric_%s_revision drop column as_of, drop column window_start, drop column window_end', name);
    select
      string_agg(quote_ident(attname), ', ' order by attnum),
      string_agg(
        quote_ident(attname) || case atttypid when 'float8'::regtype then format(', float8send(%I)', attname) else '' end,
        ', ' order by attnum)
    into columns, keys
    from pg_attribute
    where attrelid = format('metric_%s_revision', name)::regclass and attnum > 0 and not attisdropped
      and attname not in ('since', 'until');

    -- A row that measurements in a row show becomes one revision.
    execute format(
      'insert into metric_%1$s_revision (since, until, %2$s)
       select min(since), max(until), %2$s
       from (
         select since, until, %2$s, nth - row_number() over (partition by %3$s order by nth) as streak
         from metric_%1$s
         join (
           select as_of, as_of as since, coalesce(lead(as_of) over (order by as_of), ''infinity'') as until,
             row_number() over (order by as_of) as nth
           from measurement
         ) as measured using (as_of)
       ) as shown
       group by %3$s, streak', name, columns, keys);

    -- What tells the rows of one measurement apart tells revisions that end together apart.
    select string_agg(quote_ident(attname), ', ' order by place)
    into strict identity
    from pg_constraint
    cross join unnest(conkey) with ordinality as key (attnum, place)
    join pg_attribute on attrelid = conrelid and pg_attribute.attnum = key.attnum
    where conrelid = format('metric_%s', name)::regclass and contype = 'u'
      and attname not in ('as_of', 'window_start', 'window_end');
    execute format(
      'alter table metric_%s_revision add constraint metric_%1$s_revision_key unique nulls not distinct (%2$s)',
      name, replace(identity, 'scope, property_id', 'scope, property_id, until'));

    erasable := case name when 'sources' then 'source' when 'lost_reasons' then 'reason' end;
    execute format(
      'create trigger revision_stays before update of since, %2$s on metric_%1$s_revision
         for each row execute function revision_stays(%3$s)', name, columns, coalesce(quote_literal(erasable), ''));
    execute format(
      'create trigger revision_no_truncate before truncate on metric_%1$s_revision
         for each statement execute function revision_stays()', name);
    execute format('comment on table metric_%1$s_revision is %2$L', name,
      'One row of metric_' || name || ', with the measurements that show it: those from since to before until');
    execute format('comment on column metric_%s_revision.since is %L', name,
      'as_of of the first measurement that shows the row');
    execute format('comment on column metric_%s_revision.until is %L', name,
      'Measurements from this as_of on no longer show the row; infinity: the newest does');

    perform status_sync_grant(
      'select, insert, delete, update (until)', format('metric_%s_revision', name)::regclass, 'status_sync_job');
    foreach wanted in array array['status_sync_planner', 'status_sync_api', 'status_sync_reader'] loop
      perform status_sync_grant('select', format('metric_%s_revision', name)::regclass, wanted);
    end loop;
    if erasable is not null then
      perform status_sync_grant(
        format('select, update (%I)', erasable), format('metric_%s_revision', name)::regclass, 'status_sync_eraser');
    end if;
  end loop;

  -- The views in place of the tables: the same columns, comments and readers.
  foreach name in array names loop
    execute format('alter table metric_%1$s rename to metric_%1$s_before', name);
    select string_agg('r.' || quote_ident(attname), ', ' order by attnum)
    into columns
    from pg_attribute
    where attrelid = format('metric_%s_before', name)::regclass and attnum > 0 and not attisdropped
      and attname not in ('as_of', 'window_start', 'window_end');
    execute format(
      'create view metric_%1$s as
       select m.as_of, m.window_start, m.window_end, %2$s
       from measurement m
       join metric_%1$s_revision r on r.since <= m.as_of and m.as_of < r.until', name, columns);
    execute format('comment on view metric_%s is %L', name,
      obj_description(format('metric_%s_before', name)::regclass, 'pg_class'));
    for kept in
      select attname, col_description(attrelid, attnum) as words
      from pg_attribute
      where attrelid = format('metric_%s_before', name)::regclass and attnum > 0 and not attisdropped
    loop
      execute format('comment on column metric_%s.%I is %L', name, kept.attname, kept.words);
    end loop;
    foreach wanted in array array[
      'status_sync_job', 'status_sync_planner', 'status_sync_api', 'status_sync_reader']
    loop
      perform status_sync_grant('select', format('metric_%s', name)::regclass, wanted);
    end loop;
    execute format(
      'create or replace view metric_%1$s_latest as
       select * from metric_%1$s where as_of = (select latest_measurement())', name);
    execute format(
      'create function metric_%1$s_at(instant timestamptz) returns setof metric_%1$s language sql stable as $at$
         select m.as_of, m.window_start, m.window_end, %2$s
         from measurement m
         join metric_%1$s_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $at$', name, columns);
    execute format('comment on function metric_%s_at(timestamptz) is %L', name,
      'metric_' || name || ' as the newest measurement at or before an instant published it');
  end loop;
end
$$;

-- As before; denominators are of the same measurement, by windows over its rows: a subquery for each row would look
-- through the revisions of all measurements.
create or replace view metric_long (
  as_of, scope, property_id, metric, dimension, value, numerator, denominator, lo95, hi95, unit) as
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('status', figure.status, 'maturity', figure.maturity),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from (
  select *,
    min(reached) over (
      partition by as_of, scope, property_id, maturity order by step_order range between 1 preceding and 1 preceding) as before,
    min(reached) filter (where step_order = 0) over (partition by as_of, scope, property_id, maturity) as first
  from metric_funnel
) as figure
cross join lateral (values
  ('funnel.reached', figure.reached, null, null, null, null, 'count'),
  ('funnel.visited', figure.visited, null, null, null, null, 'count'),
  ('funnel.skipped', figure.skipped, null, null, null, null, 'count'),
  ('funnel.step_rate', figure.step_rate, figure.reached, case when figure.step_rate is not null then figure.before end, figure.step_lo95, figure.step_hi95, 'rate'),
  ('funnel.overall_rate', figure.overall_rate, figure.reached, figure.first, figure.overall_lo95, figure.overall_hi95, 'rate'),
  ('funnel.lost', figure.lost, null, null, null, null, 'count'),
  ('funnel.open', figure.open, null, null, null, null, 'count'),
  ('funnel.overall_min', figure.overall_min, null, null, null, null, 'rate'),
  ('funnel.overall_max', figure.overall_max, null, null, null, null, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_time_in_status as figure
cross join lateral (values
  ('time_in_status.n_closed', figure.n_closed, null, null, null, null, 'count'),
  ('time_in_status.n_open', figure.n_open, null, null, null, null, 'count'),
  ('time_in_status.mean_seconds', figure.mean_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.km_median_seconds', figure.km_median_seconds, null, null, figure.km_lo95_seconds, figure.km_hi95_seconds, 'seconds'),
  ('time_in_status.p25_seconds', figure.p25_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.p75_seconds', figure.p75_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.p90_seconds', figure.p90_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.rmst_90d_seconds', figure.rmst_90d_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.oldest_open_seconds', figure.oldest_open_seconds, null, null, null, null, 'seconds'),
  ('time_in_status.n_in_status', figure.n_in_status, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_conversion as figure
cross join lateral (values
  ('conversion.entered', figure.entered, null, null, null, null, 'count'),
  ('conversion.advanced', figure.advanced, null, null, null, null, 'count'),
  ('conversion.lost', figure.lost, null, null, null, null, 'count'),
  ('conversion.open', figure.open, null, null, null, null, 'count'),
  ('conversion.rate', figure.rate, figure.advanced, figure.entered, figure.lo95, figure.hi95, 'rate'),
  ('conversion.advanced_7d', figure.advanced_7d, null, null, null, null, 'rate'),
  ('conversion.advanced_30d', figure.advanced_30d, null, null, null, null, 'rate'),
  ('conversion.advanced_90d', figure.advanced_90d, null, null, null, null, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('from_status', figure.from_status, 'to_status', figure.to_status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from (
  select *, sum(count) over (partition by as_of, scope, property_id, from_status) as exits
  from metric_transitions
) as figure
cross join lateral (values
  ('transitions.count', figure.count, null, null, null, null, 'count'),
  ('transitions.leads', figure.leads, null, null, null, null, 'count'),
  ('transitions.share', figure.share, figure.count, figure.exits, figure.lo95, figure.hi95, 'rate'),
  ('transitions.mean_seconds', figure.mean_seconds, null, null, null, null, 'seconds'),
  ('transitions.median_seconds', figure.median_seconds, null, null, null, null, 'seconds'),
  ('transitions.illegal', figure.illegal, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('day', figure.day, 'direction', figure.direction, 'updated_by', figure.updated_by),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_daily as figure
cross join lateral (values
  ('daily.changes', figure.changes, null, null, null, null, 'count'),
  ('daily.creations', figure.creations, null, null, null, null, 'count'),
  ('daily.failed', figure.failed, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('day', figure.day, 'status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_distribution as figure
cross join lateral (values
  ('distribution.leads', figure.leads, null, null, null, null, 'count'),
  ('distribution.created', figure.created, null, null, null, null, 'count'),
  ('distribution.moved_in', figure.moved_in, null, null, null, null, 'count'),
  ('distribution.moved_out', figure.moved_out, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('kind', figure.kind, 'channel_or_direction', figure.channel_or_direction),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_delivery as figure
cross join lateral (values
  ('delivery.delivered', figure.delivered, null, null, null, null, 'count'),
  ('delivery.failed', figure.failed, null, null, null, null, 'count'),
  ('delivery.bounced', figure.bounced, null, null, null, null, 'count'),
  ('delivery.expired', figure.expired, null, null, null, null, 'count'),
  ('delivery.pending', figure.pending, null, null, null, null, 'count'),
  ('delivery.suppressed', figure.suppressed, null, null, null, null, 'count'),
  ('delivery.rate', figure.rate, figure.delivered, figure.delivered + figure.failed + coalesce(figure.bounced, 0) + coalesce(figure.expired, 0), figure.lo95, figure.hi95, 'rate'),
  ('delivery.first_attempt_rate', figure.first_attempt_rate, null, figure.delivered + figure.failed + coalesce(figure.bounced, 0) + coalesce(figure.expired, 0), null, null, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select as_of, scope, property_id, metric, '{}'::jsonb, value, numerator, denominator, lo95, hi95, unit
from metric_performance
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('metric', figure.metric, 'status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_changes as figure
cross join lateral (values
  ('changes.previous', figure.previous, null, null, null, null, null),
  ('changes.current', figure.current, null, null, null, null, null),
  ('changes.difference', figure.difference, null, null, figure.lo95, figure.hi95, null),
  ('changes.p_value', figure.p_value, null, null, null, null, 'probability'),
  ('changes.q_value', figure.q_value, null, null, null, null, 'probability')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('metric', figure.metric, 'day', figure.day),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_anomalies as figure
cross join lateral (values
  ('anomalies.observed', figure.observed, null, null, null, null, null),
  ('anomalies.expected', figure.expected, null, null, null, null, null),
  ('anomalies.score', figure.score, null, null, null, null, null),
  ('anomalies.p_value', figure.p_value, null, null, null, null, 'probability')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('resman_lead_id', figure.resman_lead_id, 'status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_stalled as figure
cross join lateral (values
  ('stalled.open_seconds', figure.open_seconds, null, null, null, null, 'seconds'),
  ('stalled.p90_seconds', figure.p90_seconds, null, null, null, null, 'seconds')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('metric', figure.metric, 'day', figure.day, 'status', figure.status),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_restatements as figure
cross join lateral (values
  ('restatements.old_value', figure.old_value, null, null, null, null, null),
  ('restatements.new_value', figure.new_value, null, null, null, null, null)
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('issue', figure.issue),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_data_quality as figure
cross join lateral (values
  ('data_quality.count', figure.count, figure.count, figure.total, null, null, 'count'),
  ('data_quality.total', figure.total, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('grain', figure.grain, 'cohort_start', figure.cohort_start, 'status', figure.status, 'maturity', figure.maturity),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from (
  select *,
    min(reached) filter (where step_order = 0) over (
      partition by as_of, scope, property_id, maturity, grain, cohort_start) as first
  from metric_cohorts
) as figure
cross join lateral (values
  ('cohorts.reached', figure.reached, null, null, null, null, 'count'),
  ('cohorts.visited', figure.visited, null, null, null, null, 'count'),
  ('cohorts.skipped', figure.skipped, null, null, null, null, 'count'),
  ('cohorts.overall_rate', figure.overall_rate, figure.reached, figure.first, figure.overall_lo95, figure.overall_hi95, 'rate'),
  ('cohorts.lost', figure.lost, null, null, null, null, 'count'),
  ('cohorts.open', figure.open, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('resman_lead_id', figure.resman_lead_id),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_unanswered as figure
cross join lateral (values
  ('unanswered.waiting_seconds', figure.waiting_seconds, null, null, null, null, 'seconds')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('week_start', figure.week_start, 'metric', figure.metric),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_weeks as figure
cross join lateral (values
  ('weeks.weeks_ago', figure.weeks_ago, null, null, null, null, 'count'),
  ('weeks.numerator', figure.numerator, null, null, null, null, 'count'),
  ('weeks.denominator', figure.denominator, null, null, null, null, 'count'),
  ('weeks.value', figure.value, figure.numerator, figure.denominator, null, null, case when figure.denominator is null then 'count' else 'rate' end)
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('curve', figure.curve, 'day', figure.day),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_curves as figure
cross join lateral (values
  ('curves.leads', figure.leads, null, null, null, null, 'count'),
  ('curves.reached', figure.reached, null, null, null, null, 'count'),
  ('curves.waiting', figure.waiting, null, null, null, null, 'count'),
  ('curves.probability', figure.probability, null, null, figure.lo95, figure.hi95, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('kind', figure.kind, 'source', figure.source, 'status', figure.status, 'maturity', figure.maturity),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from (
  select *,
    min(reached) filter (where step_order = 0) over (
      partition by as_of, scope, property_id, maturity, kind, source) as first
  from metric_sources
) as figure
cross join lateral (values
  ('sources.reached', figure.reached, null, null, null, null, 'count'),
  ('sources.overall_rate', figure.overall_rate, figure.reached, figure.first, figure.overall_lo95, figure.overall_hi95, 'rate'),
  ('sources.lost', figure.lost, null, null, null, null, 'count'),
  ('sources.open', figure.open, null, null, null, null, 'count'),
  ('sources.share', figure.share, null, null, null, null, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('kind', figure.kind, 'reason', figure.reason),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from (
  select *, sum(lost) over (partition by as_of, scope, property_id) as all_lost
  from metric_lost_reasons
) as figure
cross join lateral (values
  ('lost_reasons.place', figure.place, null, null, null, null, 'rank'),
  ('lost_reasons.lost', figure.lost, null, null, null, null, 'count'),
  ('lost_reasons.share', figure.share, figure.lost, figure.all_lost, figure.lo95, figure.hi95, 'rate'),
  ('lost_reasons.lost_before', figure.lost_before, null, null, null, null, 'count'),
  ('lost_reasons.share_before', figure.share_before, null, null, null, null, 'rate'),
  ('lost_reasons.difference', figure.difference, null, null, figure.difference_lo95, figure.difference_hi95, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  '{}'::jsonb,
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_tours as figure
cross join lateral (values
  ('tours.booked', figure.booked, null, null, null, null, 'count'),
  ('tours.showed', figure.showed, null, null, null, null, 'count'),
  ('tours.cancelled', figure.cancelled, null, null, null, null, 'count'),
  ('tours.upcoming', figure.upcoming, null, null, null, null, 'count'),
  ('tours.not_recorded_as_shown', figure.not_recorded_as_shown, null, null, null, null, 'count'),
  ('tours.no_show', figure.no_show, null, null, null, null, 'count'),
  ('tours.unknown', figure.unknown, null, null, null, null, 'count'),
  ('tours.showed_rate', figure.showed_rate, figure.showed, figure.showed + figure.not_recorded_as_shown, figure.lo95, figure.hi95, 'rate')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('kind', figure.kind, 'agent_id', figure.agent_id, 'agent_name', figure.agent_name),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_agents as figure
cross join lateral (values
  ('agents.leads', figure.leads, null, null, null, null, 'count'),
  ('agents.contacted', figure.contacted, null, null, null, null, 'count'),
  ('agents.toured', figure.toured, null, null, null, null, 'count'),
  ('agents.leased', figure.leased, null, null, null, null, 'count'),
  ('agents.lost', figure.lost, null, null, null, null, 'count'),
  ('agents.open', figure.open, null, null, null, null, 'count'),
  ('agents.leased_rate', figure.leased_rate, figure.leased, figure.leads, figure.lo95, figure.hi95, 'rate'),
  ('agents.place', figure.place, null, null, null, null, 'rank')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit)
union all
select figure.as_of, figure.scope, figure.property_id, shown.metric,
  jsonb_build_object('target', figure.target),
  shown.value::double precision, shown.numerator::double precision, shown.denominator::double precision,
  shown.lo95::double precision, shown.hi95::double precision, shown.unit::text
from metric_alerts as figure
cross join lateral (values
  ('alerts.value', figure.value, null, null, null, null, null),
  ('alerts.n', figure.n, null, null, null, null, null),
  ('alerts.limit_value', figure.limit_value, null, null, null, null, null),
  ('alerts.baseline', figure.baseline, null, null, null, null, null),
  ('alerts.change_percent', figure.change_percent, null, null, null, null, null),
  ('alerts.min_n', figure.min_n, null, null, null, null, 'count'),
  ('alerts.weeks', figure.weeks, null, null, null, null, 'count'),
  ('alerts.weeks_missed', figure.weeks_missed, null, null, null, null, 'count')
) as shown (metric, value, numerator, denominator, lo95, hi95, unit);

drop table metric_funnel_before, metric_time_in_status_before, metric_conversion_before, metric_transitions_before,
  metric_daily_before, metric_distribution_before, metric_delivery_before, metric_performance_before,
  metric_changes_before, metric_anomalies_before, metric_stalled_before, metric_restatements_before,
  metric_data_quality_before, metric_cohorts_before, metric_sources_before, metric_lost_reasons_before,
  metric_tours_before, metric_agents_before, metric_unanswered_before, metric_weeks_before, metric_curves_before,
  metric_alerts_before;
