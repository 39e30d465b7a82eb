-- Written by `make schema` from a migrated database, to be read: nothing runs it. What changes the schema
-- is a file of sql/migrations.

CREATE FUNCTION public.change_figures(name text, instant timestamp with time zone, begun regclass, ended tid[]) RETURNS bigint
    LANGUAGE plpgsql
    AS $_$
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
$_$;

COMMENT ON FUNCTION public.change_figures(name text, instant timestamp with time zone, begun regclass, ended tid[]) IS 'For measuring: ends revisions in force at an instant and begins the rows of a table; gives how many';

CREATE FUNCTION public.erased_context(context jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
  select case when context is not null then coalesce(
    (select jsonb_object_agg(
       member.key, case when member.key in ('backfilled', 'created') then 'true' else member.value end)
     from jsonb_each(case jsonb_typeof(context) when 'object' then context else '{}' end) as member
     where member.key in ('backfilled', 'created')
       or member.key in ('verdict', 'evidence') and member.value #>> '{}' ~ '^[a-z_]{1,20}$'),
    '{}') end
$_$;

COMMENT ON FUNCTION public.erased_context(context jsonb) IS 'What is kept of context_data when a lead is erased: what the figures and the settling of changes read';

CREATE FUNCTION public.erased_reason(reason text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select case when reason in (
    'baseline', 'unlogged', 'phantom', 'unbased', 'domiq_ahead', 'domiq_regressed', 'resman_moved',
    'conflict') then reason end
$$;

COMMENT ON FUNCTION public.erased_reason(reason text) IS 'What is kept of status_reason when a lead is erased: a verdict of ours; else null';

CREATE FUNCTION public.figures_aside(name text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
begin
  execute format('create temp table %1$I (like %1$I) on commit drop', 'metric_' || name);
end
$_$;

COMMENT ON FUNCTION public.figures_aside(name text) IS 'For measuring: an empty temporary table hides the view metric_<name> until the transaction ends';

CREATE FUNCTION public.known_timezone(name text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  select coalesce(
    (select known.name from timezone_name as known
     where known.name = btrim(known_timezone.name, E' \t\r\n')), 'UTC')
$$;

COMMENT ON FUNCTION public.known_timezone(name text) IS 'The time zone that days are counted by: the name without blanks around it if the IANA database has it, else UTC';

CREATE FUNCTION public.latest_measurement() RETURNS timestamp with time zone
    LANGUAGE sql STABLE
    AS $$
  select coalesce(
    (select as_of from measurement where standard and run_id is not null order by nth desc limit 1),
    (select max(as_of) from measurement where standard))
$$;

COMMENT ON FUNCTION public.latest_measurement() IS 'as_of of the figures that a run measured last; before the first run, of the newest report of the standard window';

CREATE FUNCTION public.lead_follow_log() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  -- An erasure changes no status.
  if current_user = 'status_sync_eraser' then
    return null;
  end if;
  insert into lead as l (resman_lead_id, property_id, conversation_id,
                         base, base_seq, base_at, base_domiq_version, base_resman_version,
                         base_bridged, resman_agreed)
  select distinct on (resman_lead_id)
    resman_lead_id, property_id, conversation_id,
    new_status, seq, coalesce(occurred_at, created_at),
    case when not bridged then domiq_version end, resman_version, bridged,
    case when sync_direction = 'from_resman' then new_status end
  from changed
  where sync_status = 'success' and resman_lead_id is not null
  order by resman_lead_id, seq desc
  on conflict (resman_lead_id) do update set
    property_id = coalesce(excluded.property_id, l.property_id),
    conversation_id = coalesce(excluded.conversation_id, l.conversation_id),
    base = excluded.base,
    base_seq = excluded.base_seq,
    base_at = excluded.base_at,
    base_domiq_version = excluded.base_domiq_version,
    base_resman_version = excluded.base_resman_version,
    base_bridged = excluded.base_bridged,
    domiq_agreed = case
      when l.domiq in (excluded.base, l.base) then l.domiq else l.domiq_agreed end,
    resman_agreed = coalesce(excluded.resman_agreed, case
      when l.resman in (excluded.base, l.base) and not l.resman_acknowledged then l.resman
      else l.resman_agreed end)
  where l.base_seq is null or l.base_seq <= excluded.base_seq;
  return null;
end
$$;

CREATE TABLE public.measurement (
    as_of timestamp with time zone NOT NULL,
    window_start timestamp with time zone NOT NULL,
    window_end timestamp with time zone NOT NULL,
    run_id uuid,
    standard boolean NOT NULL,
    nth bigint NOT NULL
);

COMMENT ON TABLE public.measurement IS 'One measurement whose figures the metric_ tables hold';

COMMENT ON COLUMN public.measurement.as_of IS 'The instant its figures are pinned to';

COMMENT ON COLUMN public.measurement.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.measurement.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.measurement.run_id IS 'The run that measured; null: a report asked for by hand';

COMMENT ON COLUMN public.measurement.standard IS 'The configured window that ends at as_of: what reports are compared by';

COMMENT ON COLUMN public.measurement.nth IS 'Greater than that of every measurement made before';

CREATE TABLE public.metric_agents_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    kind text NOT NULL,
    agent_id text,
    agent_name text,
    leads bigint,
    contacted bigint,
    toured bigint,
    leased bigint,
    lost bigint,
    open bigint,
    leased_rate double precision,
    lo95 double precision,
    hi95 double precision,
    place bigint,
    CONSTRAINT metric_agents_kind_check CHECK ((kind = ANY (ARRAY['agent'::text, 'rest'::text, 'unknown'::text]))),
    CONSTRAINT metric_agents_revision_order CHECK ((since < until)),
    CONSTRAINT metric_agents_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_agents_revision IS 'One row of metric_agents, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_agents_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_agents_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_agents_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_agents_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_agents_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_agents_revision.kind IS 'agent; rest: those beyond the 100 with the most leads of the scope together; unknown: no system tells who is in charge';

COMMENT ON COLUMN public.metric_agents_revision.agent_id IS 'The staff member; null: known by name alone, or kind is not agent';

COMMENT ON COLUMN public.metric_agents_revision.agent_name IS 'The name; null: not known, or kind is not agent';

COMMENT ON COLUMN public.metric_agents_revision.leads IS 'Leads created in the window; what follows is of these';

COMMENT ON COLUMN public.metric_agents_revision.contacted IS 'Reached contacted or more within the funnel window of creation';

COMMENT ON COLUMN public.metric_agents_revision.toured IS 'Reached tour_scheduled or more in that time';

COMMENT ON COLUMN public.metric_agents_revision.leased IS 'Reached leased in that time';

COMMENT ON COLUMN public.metric_agents_revision.lost IS 'Did not reach leased, and were lost at the end of that time';

COMMENT ON COLUMN public.metric_agents_revision.open IS 'The others';

COMMENT ON COLUMN public.metric_agents_revision.leased_rate IS 'leased / leads; null: fewer than 20 leads';

COMMENT ON COLUMN public.metric_agents_revision.lo95 IS 'Lower end of the 95 % Wilson interval of leased_rate; null: fewer than 20 leads';

COMMENT ON COLUMN public.metric_agents_revision.hi95 IS 'Upper end of the 95 % Wilson interval of leased_rate; null: fewer than 20 leads';

COMMENT ON COLUMN public.metric_agents_revision.place IS '1 for the highest lo95 of the scope; null: fewer than 20 leads, or kind is not agent';

CREATE VIEW public.metric_agents AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.kind,
    r.agent_id,
    r.agent_name,
    r.leads,
    r.contacted,
    r.toured,
    r.leased,
    r.lost,
    r.open,
    r.leased_rate,
    r.lo95,
    r.hi95,
    r.place
   FROM (public.measurement m
     JOIN public.metric_agents_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_agents IS 'One staff member, with the leads created in the window that the member has in charge';

COMMENT ON COLUMN public.metric_agents.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_agents.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_agents.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_agents.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_agents.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_agents.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_agents.kind IS 'agent; rest: those beyond the 100 with the most leads of the scope together; unknown: no system tells who is in charge';

COMMENT ON COLUMN public.metric_agents.agent_id IS 'The staff member; null: known by name alone, or kind is not agent';

COMMENT ON COLUMN public.metric_agents.agent_name IS 'The name; null: not known, or kind is not agent';

COMMENT ON COLUMN public.metric_agents.leads IS 'Leads created in the window; what follows is of these';

COMMENT ON COLUMN public.metric_agents.contacted IS 'Reached contacted or more within the funnel window of creation';

COMMENT ON COLUMN public.metric_agents.toured IS 'Reached tour_scheduled or more in that time';

COMMENT ON COLUMN public.metric_agents.leased IS 'Reached leased in that time';

COMMENT ON COLUMN public.metric_agents.lost IS 'Did not reach leased, and were lost at the end of that time';

COMMENT ON COLUMN public.metric_agents.open IS 'The others';

COMMENT ON COLUMN public.metric_agents.leased_rate IS 'leased / leads; null: fewer than 20 leads';

COMMENT ON COLUMN public.metric_agents.lo95 IS 'Lower end of the 95 % Wilson interval of leased_rate; null: fewer than 20 leads';

COMMENT ON COLUMN public.metric_agents.hi95 IS 'Upper end of the 95 % Wilson interval of leased_rate; null: fewer than 20 leads';

COMMENT ON COLUMN public.metric_agents.place IS '1 for the highest lo95 of the scope; null: fewer than 20 leads, or kind is not agent';

CREATE FUNCTION public.metric_agents_at(instant timestamp with time zone) RETURNS SETOF public.metric_agents
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.kind, r.agent_id, r.agent_name, r.leads, r.contacted, r.toured, r.leased, r.lost, r.open, r.leased_rate, r.lo95, r.hi95, r.place
         from measurement m
         join metric_agents_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_agents_at(instant timestamp with time zone) IS 'metric_agents as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_alerts_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    target text NOT NULL,
    figure text NOT NULL,
    status text,
    value double precision,
    n double precision,
    unit text,
    limit_kind text NOT NULL,
    limit_value double precision NOT NULL,
    baseline double precision,
    change_percent double precision,
    min_n bigint NOT NULL,
    weeks bigint NOT NULL,
    weeks_missed bigint NOT NULL,
    verdict text NOT NULL,
    CONSTRAINT metric_alerts_limit_kind_check CHECK ((limit_kind = ANY (ARRAY['at_least'::text, 'at_most'::text, 'falls_percent'::text, 'rises_percent'::text]))),
    CONSTRAINT metric_alerts_revision_order CHECK ((since < until)),
    CONSTRAINT metric_alerts_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text]))),
    CONSTRAINT metric_alerts_verdict_check CHECK ((verdict = ANY (ARRAY['met'::text, 'missed'::text, 'too few'::text, 'too early'::text, 'not known'::text])))
);

COMMENT ON TABLE public.metric_alerts_revision IS 'One row of metric_alerts, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_alerts_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_alerts_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_alerts_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_alerts_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_alerts_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_alerts_revision.target IS 'Name of the target in the configuration';

COMMENT ON COLUMN public.metric_alerts_revision.figure IS 'Figure it is about: a named one of performance.csv, or table and column';

COMMENT ON COLUMN public.metric_alerts_revision.status IS 'Status it is about; null: about no single status';

COMMENT ON COLUMN public.metric_alerts_revision.value IS 'The figure, in unit; null: not known';

COMMENT ON COLUMN public.metric_alerts_revision.n IS 'Denominator of the figure; null: it has none, or not known';

COMMENT ON COLUMN public.metric_alerts_revision.unit IS 'count, rate, seconds, days or rank; null: not measured';

COMMENT ON COLUMN public.metric_alerts_revision.limit_kind IS 'at_least, at_most, or in per cent of the baseline falls_percent, rises_percent';

COMMENT ON COLUMN public.metric_alerts_revision.limit_value IS 'The limit, in unit, or in per cent';

COMMENT ON COLUMN public.metric_alerts_revision.baseline IS 'The figure of the newest window that ends before those judged begin; null: the limit is no per cent, or none was measured';

COMMENT ON COLUMN public.metric_alerts_revision.change_percent IS 'value against baseline, in per cent of it; null: there is no baseline, or it is 0';

COMMENT ON COLUMN public.metric_alerts_revision.min_n IS 'With a smaller n there is no verdict';

COMMENT ON COLUMN public.metric_alerts_revision.weeks IS 'Weeks running in which it has to be missed';

COMMENT ON COLUMN public.metric_alerts_revision.weeks_missed IS 'Weeks running in which it was missed, up to weeks';

COMMENT ON COLUMN public.metric_alerts_revision.verdict IS 'met, missed, too few (n below min_n), too early (a week or the baseline was not measured) or not known';

CREATE VIEW public.metric_alerts AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.target,
    r.figure,
    r.status,
    r.value,
    r.n,
    r.unit,
    r.limit_kind,
    r.limit_value,
    r.baseline,
    r.change_percent,
    r.min_n,
    r.weeks,
    r.weeks_missed,
    r.verdict
   FROM (public.measurement m
     JOIN public.metric_alerts_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_alerts IS 'One target of the configuration beside the figure as measured';

COMMENT ON COLUMN public.metric_alerts.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_alerts.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_alerts.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_alerts.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_alerts.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_alerts.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_alerts.target IS 'Name of the target in the configuration';

COMMENT ON COLUMN public.metric_alerts.figure IS 'Figure it is about: a named one of performance.csv, or table and column';

COMMENT ON COLUMN public.metric_alerts.status IS 'Status it is about; null: about no single status';

COMMENT ON COLUMN public.metric_alerts.value IS 'The figure, in unit; null: not known';

COMMENT ON COLUMN public.metric_alerts.n IS 'Denominator of the figure; null: it has none, or not known';

COMMENT ON COLUMN public.metric_alerts.unit IS 'count, rate, seconds, days or rank; null: not measured';

COMMENT ON COLUMN public.metric_alerts.limit_kind IS 'at_least, at_most, or in per cent of the baseline falls_percent, rises_percent';

COMMENT ON COLUMN public.metric_alerts.limit_value IS 'The limit, in unit, or in per cent';

COMMENT ON COLUMN public.metric_alerts.baseline IS 'The figure of the newest window that ends before those judged begin; null: the limit is no per cent, or none was measured';

COMMENT ON COLUMN public.metric_alerts.change_percent IS 'value against baseline, in per cent of it; null: there is no baseline, or it is 0';

COMMENT ON COLUMN public.metric_alerts.min_n IS 'With a smaller n there is no verdict';

COMMENT ON COLUMN public.metric_alerts.weeks IS 'Weeks running in which it has to be missed';

COMMENT ON COLUMN public.metric_alerts.weeks_missed IS 'Weeks running in which it was missed, up to weeks';

COMMENT ON COLUMN public.metric_alerts.verdict IS 'met, missed, too few (n below min_n), too early (a week or the baseline was not measured) or not known';

CREATE FUNCTION public.metric_alerts_at(instant timestamp with time zone) RETURNS SETOF public.metric_alerts
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.target, r.figure, r.status, r.value, r.n, r.unit, r.limit_kind, r.limit_value, r.baseline, r.change_percent, r.min_n, r.weeks, r.weeks_missed, r.verdict
         from measurement m
         join metric_alerts_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_alerts_at(instant timestamp with time zone) IS 'metric_alerts as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_anomalies_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    metric text NOT NULL,
    day date NOT NULL,
    timezone text,
    observed double precision,
    expected double precision,
    score double precision,
    p_value double precision,
    note text,
    CONSTRAINT metric_anomalies_revision_order CHECK ((since < until)),
    CONSTRAINT metric_anomalies_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_anomalies_revision IS 'One row of metric_anomalies, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_anomalies_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_anomalies_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_anomalies_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_anomalies_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_anomalies_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_anomalies_revision.metric IS 'Name of the figure';

COMMENT ON COLUMN public.metric_anomalies_revision.day IS 'Local day of the property';

COMMENT ON COLUMN public.metric_anomalies_revision.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_anomalies_revision.observed IS 'Figure of the day; null: not known';

COMMENT ON COLUMN public.metric_anomalies_revision.expected IS 'Level times weekday of the four weeks before for a count, their rate for a rate; null: not known';

COMMENT ON COLUMN public.metric_anomalies_revision.score IS 'z of a count, overdispersion allowed for; flagged beyond 3.5; null: a rate';

COMMENT ON COLUMN public.metric_anomalies_revision.p_value IS 'Nearer binomial tail of a rate; flagged below 0.001; null: a count';

COMMENT ON COLUMN public.metric_anomalies_revision.note IS 'What was compared, in words; null: nothing to add';

CREATE VIEW public.metric_anomalies AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.metric,
    r.day,
    r.timezone,
    r.observed,
    r.expected,
    r.score,
    r.p_value,
    r.note
   FROM (public.measurement m
     JOIN public.metric_anomalies_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_anomalies IS 'One day of the last week whose figure is out of line with the four weeks before';

COMMENT ON COLUMN public.metric_anomalies.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_anomalies.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_anomalies.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_anomalies.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_anomalies.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_anomalies.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_anomalies.metric IS 'Name of the figure';

COMMENT ON COLUMN public.metric_anomalies.day IS 'Local day of the property';

COMMENT ON COLUMN public.metric_anomalies.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_anomalies.observed IS 'Figure of the day; null: not known';

COMMENT ON COLUMN public.metric_anomalies.expected IS 'Level times weekday of the four weeks before for a count, their rate for a rate; null: not known';

COMMENT ON COLUMN public.metric_anomalies.score IS 'z of a count, overdispersion allowed for; flagged beyond 3.5; null: a rate';

COMMENT ON COLUMN public.metric_anomalies.p_value IS 'Nearer binomial tail of a rate; flagged below 0.001; null: a count';

COMMENT ON COLUMN public.metric_anomalies.note IS 'What was compared, in words; null: nothing to add';

CREATE FUNCTION public.metric_anomalies_at(instant timestamp with time zone) RETURNS SETOF public.metric_anomalies
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.metric, r.day, r.timezone, r.observed, r.expected, r.score, r.p_value, r.note
         from measurement m
         join metric_anomalies_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_anomalies_at(instant timestamp with time zone) IS 'metric_anomalies as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_changes_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    metric text NOT NULL,
    status text,
    previous double precision,
    current double precision,
    difference double precision,
    lo95 double precision,
    hi95 double precision,
    p_value double precision,
    q_value double precision,
    verdict text,
    CONSTRAINT metric_changes_revision_order CHECK ((since < until)),
    CONSTRAINT metric_changes_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text]))),
    CONSTRAINT metric_changes_verdict_check CHECK ((verdict = ANY (ARRAY['up'::text, 'down'::text, 'no clear change'::text, 'too few'::text])))
);

COMMENT ON TABLE public.metric_changes_revision IS 'One row of metric_changes, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_changes_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_changes_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_changes_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_changes_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_changes_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_changes_revision.metric IS 'Name of the figure; rates from 0 to 1, times in seconds, else counts';

COMMENT ON COLUMN public.metric_changes_revision.status IS 'Status it is about; null: about no single status';

COMMENT ON COLUMN public.metric_changes_revision.previous IS 'Figure of the window of the same length before, looked at as of the same age; null: the history does not cover it, or not reached';

COMMENT ON COLUMN public.metric_changes_revision.current IS 'Figure of this window; null: not known, or not reached';

COMMENT ON COLUMN public.metric_changes_revision.difference IS 'current - previous; null: either is not known';

COMMENT ON COLUMN public.metric_changes_revision.lo95 IS 'Lower end of the 95 % interval of the difference: Newcombe''s method 10 for rates, exact conditional for counts; null: a time, or not known';

COMMENT ON COLUMN public.metric_changes_revision.hi95 IS 'Upper end of the same interval; null: a time, or not known';

COMMENT ON COLUMN public.metric_changes_revision.p_value IS 'p-value of no difference: score test for rates, exact conditional Poisson test for counts, log-rank test for times; null: not tested: too few, or not covered';

COMMENT ON COLUMN public.metric_changes_revision.q_value IS 'p-value after Benjamini-Hochberg over portfolio, properties and steps of the same figure; null: not tested';

COMMENT ON COLUMN public.metric_changes_revision.verdict IS 'up or down where q_value is at most 0.1, else no clear change; too few: below 30; null: the history does not cover the window before';

CREATE VIEW public.metric_changes AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.metric,
    r.status,
    r.previous,
    r.current,
    r.difference,
    r.lo95,
    r.hi95,
    r.p_value,
    r.q_value,
    r.verdict
   FROM (public.measurement m
     JOIN public.metric_changes_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_changes IS 'One figure of the window against the same figure of the window before';

COMMENT ON COLUMN public.metric_changes.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_changes.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_changes.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_changes.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_changes.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_changes.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_changes.metric IS 'Name of the figure; rates from 0 to 1, times in seconds, else counts';

COMMENT ON COLUMN public.metric_changes.status IS 'Status it is about; null: about no single status';

COMMENT ON COLUMN public.metric_changes.previous IS 'Figure of the window of the same length before, looked at as of the same age; null: the history does not cover it, or not reached';

COMMENT ON COLUMN public.metric_changes.current IS 'Figure of this window; null: not known, or not reached';

COMMENT ON COLUMN public.metric_changes.difference IS 'current - previous; null: either is not known';

COMMENT ON COLUMN public.metric_changes.lo95 IS 'Lower end of the 95 % interval of the difference: Newcombe''s method 10 for rates, exact conditional for counts; null: a time, or not known';

COMMENT ON COLUMN public.metric_changes.hi95 IS 'Upper end of the same interval; null: a time, or not known';

COMMENT ON COLUMN public.metric_changes.p_value IS 'p-value of no difference: score test for rates, exact conditional Poisson test for counts, log-rank test for times; null: not tested: too few, or not covered';

COMMENT ON COLUMN public.metric_changes.q_value IS 'p-value after Benjamini-Hochberg over portfolio, properties and steps of the same figure; null: not tested';

COMMENT ON COLUMN public.metric_changes.verdict IS 'up or down where q_value is at most 0.1, else no clear change; too few: below 30; null: the history does not cover the window before';

CREATE FUNCTION public.metric_changes_at(instant timestamp with time zone) RETURNS SETOF public.metric_changes
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.metric, r.status, r.previous, r.current, r.difference, r.lo95, r.hi95, r.p_value, r.q_value, r.verdict
         from measurement m
         join metric_changes_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_changes_at(instant timestamp with time zone) IS 'metric_changes as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_cohorts_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    grain text NOT NULL,
    cohort_start date NOT NULL,
    timezone text,
    step_order integer NOT NULL,
    status text NOT NULL,
    maturity text NOT NULL,
    reached bigint,
    visited bigint,
    skipped bigint,
    overall_rate double precision,
    overall_lo95 double precision,
    overall_hi95 double precision,
    lost bigint,
    open bigint,
    CONSTRAINT metric_cohorts_grain_check CHECK ((grain = ANY (ARRAY['day'::text, 'week'::text, 'month'::text]))),
    CONSTRAINT metric_cohorts_maturity_check CHECK ((maturity = ANY (ARRAY['mature'::text, 'all'::text]))),
    CONSTRAINT metric_cohorts_revision_order CHECK ((since < until)),
    CONSTRAINT metric_cohorts_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_cohorts_revision IS 'One row of metric_cohorts, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_cohorts_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_cohorts_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_cohorts_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_cohorts_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_cohorts_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_cohorts_revision.grain IS 'day, week (from Monday) or month: how long a cohort is';

COMMENT ON COLUMN public.metric_cohorts_revision.cohort_start IS 'First local day of the period, which may lie before the window; its leads are those of the window';

COMMENT ON COLUMN public.metric_cohorts_revision.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_cohorts_revision.step_order IS 'Rank of the status, 0 new to 5 leased';

COMMENT ON COLUMN public.metric_cohorts_revision.status IS 'Canonical status of the step';

COMMENT ON COLUMN public.metric_cohorts_revision.maturity IS 'mature: only leads created a whole funnel window before as_of; all: every lead of the cohort';

COMMENT ON COLUMN public.metric_cohorts_revision.reached IS 'Leads whose highest rank within the funnel window of creation is at least this step';

COMMENT ON COLUMN public.metric_cohorts_revision.visited IS 'Leads that entered this very status within the funnel window';

COMMENT ON COLUMN public.metric_cohorts_revision.skipped IS 'Leads that passed this step without stopping: reached - visited';

COMMENT ON COLUMN public.metric_cohorts_revision.overall_rate IS 'reached / reached of the first step; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_cohorts_revision.overall_lo95 IS 'Lower end of the 95 % Wilson interval of overall_rate; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_cohorts_revision.overall_hi95 IS 'Upper end of the 95 % Wilson interval of overall_rate; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_cohorts_revision.lost IS 'Of the leads that got no further than this step, those lost at the end of their funnel window; null: the step is leased';

COMMENT ON COLUMN public.metric_cohorts_revision.open IS 'Of the leads that got no further than this step, those not lost; null: the step is leased';

CREATE VIEW public.metric_cohorts AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.grain,
    r.cohort_start,
    r.timezone,
    r.step_order,
    r.status,
    r.maturity,
    r.reached,
    r.visited,
    r.skipped,
    r.overall_rate,
    r.overall_lo95,
    r.overall_hi95,
    r.lost,
    r.open
   FROM (public.measurement m
     JOIN public.metric_cohorts_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_cohorts IS 'One step of the funnel of the leads created in one day, week or month of the window';

COMMENT ON COLUMN public.metric_cohorts.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_cohorts.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_cohorts.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_cohorts.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_cohorts.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_cohorts.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_cohorts.grain IS 'day, week (from Monday) or month: how long a cohort is';

COMMENT ON COLUMN public.metric_cohorts.cohort_start IS 'First local day of the period, which may lie before the window; its leads are those of the window';

COMMENT ON COLUMN public.metric_cohorts.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_cohorts.step_order IS 'Rank of the status, 0 new to 5 leased';

COMMENT ON COLUMN public.metric_cohorts.status IS 'Canonical status of the step';

COMMENT ON COLUMN public.metric_cohorts.maturity IS 'mature: only leads created a whole funnel window before as_of; all: every lead of the cohort';

COMMENT ON COLUMN public.metric_cohorts.reached IS 'Leads whose highest rank within the funnel window of creation is at least this step';

COMMENT ON COLUMN public.metric_cohorts.visited IS 'Leads that entered this very status within the funnel window';

COMMENT ON COLUMN public.metric_cohorts.skipped IS 'Leads that passed this step without stopping: reached - visited';

COMMENT ON COLUMN public.metric_cohorts.overall_rate IS 'reached / reached of the first step; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_cohorts.overall_lo95 IS 'Lower end of the 95 % Wilson interval of overall_rate; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_cohorts.overall_hi95 IS 'Upper end of the 95 % Wilson interval of overall_rate; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_cohorts.lost IS 'Of the leads that got no further than this step, those lost at the end of their funnel window; null: the step is leased';

COMMENT ON COLUMN public.metric_cohorts.open IS 'Of the leads that got no further than this step, those not lost; null: the step is leased';

CREATE FUNCTION public.metric_cohorts_at(instant timestamp with time zone) RETURNS SETOF public.metric_cohorts
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.grain, r.cohort_start, r.timezone, r.step_order, r.status, r.maturity, r.reached, r.visited, r.skipped, r.overall_rate, r.overall_lo95, r.overall_hi95, r.lost, r.open
         from measurement m
         join metric_cohorts_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_cohorts_at(instant timestamp with time zone) IS 'metric_cohorts as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_conversion_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    status text NOT NULL,
    entered bigint,
    advanced bigint,
    lost bigint,
    open bigint,
    rate double precision,
    lo95 double precision,
    hi95 double precision,
    advanced_7d double precision,
    advanced_30d double precision,
    advanced_90d double precision,
    CONSTRAINT metric_conversion_revision_order CHECK ((since < until)),
    CONSTRAINT metric_conversion_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_conversion_revision IS 'One row of metric_conversion, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_conversion_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_conversion_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_conversion_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_conversion_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_conversion_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_conversion_revision.status IS 'Status entered, new to application';

COMMENT ON COLUMN public.metric_conversion_revision.entered IS 'Leads of the cohort that entered the status';

COMMENT ON COLUMN public.metric_conversion_revision.advanced IS 'Those that later reached any higher rank';

COMMENT ON COLUMN public.metric_conversion_revision.lost IS 'Those that did not and are lost at as_of';

COMMENT ON COLUMN public.metric_conversion_revision.open IS 'Those that did not and are not lost: the rest of those entered';

COMMENT ON COLUMN public.metric_conversion_revision.rate IS 'advanced / entered; null: nobody entered';

COMMENT ON COLUMN public.metric_conversion_revision.lo95 IS 'Lower end of the 95 % Wilson interval of rate; null: rate is';

COMMENT ON COLUMN public.metric_conversion_revision.hi95 IS 'Upper end of the 95 % Wilson interval of rate; null: rate is';

COMMENT ON COLUMN public.metric_conversion_revision.advanced_7d IS 'Probability of advancing within 7 days of entering, loss competing (Aalen-Johansen); null: nobody was followed that long, or nobody entered';

COMMENT ON COLUMN public.metric_conversion_revision.advanced_30d IS 'Probability of advancing within 30 days of entering, loss competing (Aalen-Johansen); null: nobody was followed that long, or nobody entered';

COMMENT ON COLUMN public.metric_conversion_revision.advanced_90d IS 'Probability of advancing within 90 days of entering, loss competing (Aalen-Johansen); null: nobody was followed that long, or nobody entered';

CREATE VIEW public.metric_conversion AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.status,
    r.entered,
    r.advanced,
    r.lost,
    r.open,
    r.rate,
    r.lo95,
    r.hi95,
    r.advanced_7d,
    r.advanced_30d,
    r.advanced_90d
   FROM (public.measurement m
     JOIN public.metric_conversion_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_conversion IS 'Of the leads created in the window that entered a status, how many later reached a higher one';

COMMENT ON COLUMN public.metric_conversion.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_conversion.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_conversion.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_conversion.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_conversion.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_conversion.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_conversion.status IS 'Status entered, new to application';

COMMENT ON COLUMN public.metric_conversion.entered IS 'Leads of the cohort that entered the status';

COMMENT ON COLUMN public.metric_conversion.advanced IS 'Those that later reached any higher rank';

COMMENT ON COLUMN public.metric_conversion.lost IS 'Those that did not and are lost at as_of';

COMMENT ON COLUMN public.metric_conversion.open IS 'Those that did not and are not lost: the rest of those entered';

COMMENT ON COLUMN public.metric_conversion.rate IS 'advanced / entered; null: nobody entered';

COMMENT ON COLUMN public.metric_conversion.lo95 IS 'Lower end of the 95 % Wilson interval of rate; null: rate is';

COMMENT ON COLUMN public.metric_conversion.hi95 IS 'Upper end of the 95 % Wilson interval of rate; null: rate is';

COMMENT ON COLUMN public.metric_conversion.advanced_7d IS 'Probability of advancing within 7 days of entering, loss competing (Aalen-Johansen); null: nobody was followed that long, or nobody entered';

COMMENT ON COLUMN public.metric_conversion.advanced_30d IS 'Probability of advancing within 30 days of entering, loss competing (Aalen-Johansen); null: nobody was followed that long, or nobody entered';

COMMENT ON COLUMN public.metric_conversion.advanced_90d IS 'Probability of advancing within 90 days of entering, loss competing (Aalen-Johansen); null: nobody was followed that long, or nobody entered';

CREATE FUNCTION public.metric_conversion_at(instant timestamp with time zone) RETURNS SETOF public.metric_conversion
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.status, r.entered, r.advanced, r.lost, r.open, r.rate, r.lo95, r.hi95, r.advanced_7d, r.advanced_30d, r.advanced_90d
         from measurement m
         join metric_conversion_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_conversion_at(instant timestamp with time zone) IS 'metric_conversion as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_curves_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    curve text NOT NULL,
    day integer NOT NULL,
    leads bigint NOT NULL,
    reached bigint NOT NULL,
    waiting bigint NOT NULL,
    probability double precision,
    lo95 double precision,
    hi95 double precision,
    CONSTRAINT metric_curves_curve_check CHECK ((curve = ANY (ARRAY['tour'::text, 'lease'::text]))),
    CONSTRAINT metric_curves_revision_order CHECK ((since < until)),
    CONSTRAINT metric_curves_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_curves_revision IS 'One row of metric_curves, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_curves_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_curves_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_curves_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_curves_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_curves_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_curves_revision.curve IS 'tour: tour_scheduled or any higher rank; lease: leased';

COMMENT ON COLUMN public.metric_curves_revision.day IS 'Days since the creation of a lead, 24 hours each';

COMMENT ON COLUMN public.metric_curves_revision.leads IS 'Leads created in the window';

COMMENT ON COLUMN public.metric_curves_revision.reached IS 'Those seen to reach it within that time';

COMMENT ON COLUMN public.metric_curves_revision.waiting IS 'Those watched for longer that had neither reached it nor been lost by then';

COMMENT ON COLUMN public.metric_curves_revision.probability IS 'Probability of reaching it within that time, loss competing (Aalen-Johansen); null: nobody was watched that long while some still waited';

COMMENT ON COLUMN public.metric_curves_revision.lo95 IS 'Lower end of its 95 % log-log interval; null: probability is, or is 0 or 1';

COMMENT ON COLUMN public.metric_curves_revision.hi95 IS 'Upper end of its 95 % log-log interval; null: probability is, or is 0 or 1';

CREATE VIEW public.metric_curves AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.curve,
    r.day,
    r.leads,
    r.reached,
    r.waiting,
    r.probability,
    r.lo95,
    r.hi95
   FROM (public.measurement m
     JOIN public.metric_curves_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_curves IS 'One point of the cumulative incidence of a tour or a lease over the days since a lead''s creation';

COMMENT ON COLUMN public.metric_curves.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_curves.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_curves.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_curves.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_curves.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_curves.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_curves.curve IS 'tour: tour_scheduled or any higher rank; lease: leased';

COMMENT ON COLUMN public.metric_curves.day IS 'Days since the creation of a lead, 24 hours each';

COMMENT ON COLUMN public.metric_curves.leads IS 'Leads created in the window';

COMMENT ON COLUMN public.metric_curves.reached IS 'Those seen to reach it within that time';

COMMENT ON COLUMN public.metric_curves.waiting IS 'Those watched for longer that had neither reached it nor been lost by then';

COMMENT ON COLUMN public.metric_curves.probability IS 'Probability of reaching it within that time, loss competing (Aalen-Johansen); null: nobody was watched that long while some still waited';

COMMENT ON COLUMN public.metric_curves.lo95 IS 'Lower end of its 95 % log-log interval; null: probability is, or is 0 or 1';

COMMENT ON COLUMN public.metric_curves.hi95 IS 'Upper end of its 95 % log-log interval; null: probability is, or is 0 or 1';

CREATE FUNCTION public.metric_curves_at(instant timestamp with time zone) RETURNS SETOF public.metric_curves
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.curve, r.day, r.leads, r.reached, r.waiting, r.probability, r.lo95, r.hi95
         from measurement m
         join metric_curves_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_curves_at(instant timestamp with time zone) IS 'metric_curves as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_daily_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    day date NOT NULL,
    timezone text,
    direction text,
    updated_by text,
    changes bigint,
    creations bigint,
    failed bigint,
    revised_at timestamp with time zone,
    CONSTRAINT metric_daily_revision_order CHECK ((since < until)),
    CONSTRAINT metric_daily_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_daily_revision IS 'One row of metric_daily, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_daily_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_daily_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_daily_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_daily_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_daily_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_daily_revision.day IS 'Local day of the property, cut to the window at both ends';

COMMENT ON COLUMN public.metric_daily_revision.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_daily_revision.direction IS 'to_resman or from_resman; null: the log names none';

COMMENT ON COLUMN public.metric_daily_revision.updated_by IS 'chatbot, resman_user or system; null: the log names none';

COMMENT ON COLUMN public.metric_daily_revision.changes IS 'Effective changes, creations apart';

COMMENT ON COLUMN public.metric_daily_revision.creations IS 'Leads created';

COMMENT ON COLUMN public.metric_daily_revision.failed IS 'Changes that could not be carried to the other system';

COMMENT ON COLUMN public.metric_daily_revision.revised_at IS 'When a closed day was last restated; null: never';

CREATE VIEW public.metric_daily AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.day,
    r.timezone,
    r.direction,
    r.updated_by,
    r.changes,
    r.creations,
    r.failed,
    r.revised_at
   FROM (public.measurement m
     JOIN public.metric_daily_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_daily IS 'Changes per local day, direction and author; days without any are there with 0';

COMMENT ON COLUMN public.metric_daily.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_daily.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_daily.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_daily.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_daily.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_daily.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_daily.day IS 'Local day of the property, cut to the window at both ends';

COMMENT ON COLUMN public.metric_daily.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_daily.direction IS 'to_resman or from_resman; null: the log names none';

COMMENT ON COLUMN public.metric_daily.updated_by IS 'chatbot, resman_user or system; null: the log names none';

COMMENT ON COLUMN public.metric_daily.changes IS 'Effective changes, creations apart';

COMMENT ON COLUMN public.metric_daily.creations IS 'Leads created';

COMMENT ON COLUMN public.metric_daily.failed IS 'Changes that could not be carried to the other system';

COMMENT ON COLUMN public.metric_daily.revised_at IS 'When a closed day was last restated; null: never';

CREATE FUNCTION public.metric_daily_at(instant timestamp with time zone) RETURNS SETOF public.metric_daily
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.day, r.timezone, r.direction, r.updated_by, r.changes, r.creations, r.failed, r.revised_at
         from measurement m
         join metric_daily_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_daily_at(instant timestamp with time zone) IS 'metric_daily as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_data_quality_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    issue text NOT NULL,
    count bigint,
    total bigint,
    note text,
    CONSTRAINT metric_data_quality_revision_order CHECK ((since < until)),
    CONSTRAINT metric_data_quality_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_data_quality_revision IS 'One row of metric_data_quality, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_data_quality_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_data_quality_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_data_quality_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_data_quality_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_data_quality_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_data_quality_revision.issue IS 'Name of the flaw';

COMMENT ON COLUMN public.metric_data_quality_revision.count IS 'How often it was seen; null: not known';

COMMENT ON COLUMN public.metric_data_quality_revision.total IS 'Of how many; null: not known';

COMMENT ON COLUMN public.metric_data_quality_revision.note IS 'What count and total count; null: nothing to add';

CREATE VIEW public.metric_data_quality AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.issue,
    r.count,
    r.total,
    r.note
   FROM (public.measurement m
     JOIN public.metric_data_quality_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_data_quality IS 'One kind of flaw or oddity in the log, counted; kinds that did not occur are there with 0';

COMMENT ON COLUMN public.metric_data_quality.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_data_quality.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_data_quality.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_data_quality.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_data_quality.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_data_quality.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_data_quality.issue IS 'Name of the flaw';

COMMENT ON COLUMN public.metric_data_quality.count IS 'How often it was seen; null: not known';

COMMENT ON COLUMN public.metric_data_quality.total IS 'Of how many; null: not known';

COMMENT ON COLUMN public.metric_data_quality.note IS 'What count and total count; null: nothing to add';

CREATE FUNCTION public.metric_data_quality_at(instant timestamp with time zone) RETURNS SETOF public.metric_data_quality
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.issue, r.count, r.total, r.note
         from measurement m
         join metric_data_quality_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_data_quality_at(instant timestamp with time zone) IS 'metric_data_quality as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_delivery_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    kind text NOT NULL,
    channel_or_direction text NOT NULL,
    delivered bigint,
    failed bigint,
    bounced bigint,
    expired bigint,
    pending bigint,
    suppressed bigint,
    rate double precision,
    lo95 double precision,
    hi95 double precision,
    first_attempt_rate double precision,
    CONSTRAINT metric_delivery_kind_check CHECK ((kind = ANY (ARRAY['sync'::text, 'notification'::text]))),
    CONSTRAINT metric_delivery_revision_order CHECK ((since < until)),
    CONSTRAINT metric_delivery_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_delivery_revision IS 'One row of metric_delivery, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_delivery_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_delivery_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_delivery_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_delivery_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_delivery_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_delivery_revision.kind IS 'sync: rows of status_sync_log; notification: one recipient of one notification';

COMMENT ON COLUMN public.metric_delivery_revision.channel_or_direction IS 'to_resman, from_resman or unknown; or the channel';

COMMENT ON COLUMN public.metric_delivery_revision.delivered IS 'Delivered in the end. email, sms and slack can only say accepted, by the mail server, the provider, Slack; in_app is delivered to the inbox; null: not known';

COMMENT ON COLUMN public.metric_delivery_revision.failed IS 'Failed in the end; null: not known';

COMMENT ON COLUMN public.metric_delivery_revision.bounced IS 'Returned by the recipient''s side; null: sync: cannot happen';

COMMENT ON COLUMN public.metric_delivery_revision.expired IS 'Pending for over 24 hours, or given up after them; null: sync: pending rows are settled';

COMMENT ON COLUMN public.metric_delivery_revision.pending IS 'Not settled yet; in no rate; null: not known';

COMMENT ON COLUMN public.metric_delivery_revision.suppressed IS 'Not sent on purpose; in no rate; null: sync: cannot happen';

COMMENT ON COLUMN public.metric_delivery_revision.rate IS 'delivered / (delivered + failed + bounced + expired); null: nothing was due, so there is no rate';

COMMENT ON COLUMN public.metric_delivery_revision.lo95 IS 'Lower end of the 95 % Wilson interval of rate; null: rate is';

COMMENT ON COLUMN public.metric_delivery_revision.hi95 IS 'Upper end of the 95 % Wilson interval of rate; null: rate is';

COMMENT ON COLUMN public.metric_delivery_revision.first_attempt_rate IS 'Delivered at the first attempt / the same denominator; null: rate is, or attempts were not recorded';

CREATE VIEW public.metric_delivery AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.kind,
    r.channel_or_direction,
    r.delivered,
    r.failed,
    r.bounced,
    r.expired,
    r.pending,
    r.suppressed,
    r.rate,
    r.lo95,
    r.hi95,
    r.first_attempt_rate
   FROM (public.measurement m
     JOIN public.metric_delivery_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_delivery IS 'Delivery of status changes by direction and of notifications by channel';

COMMENT ON COLUMN public.metric_delivery.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_delivery.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_delivery.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_delivery.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_delivery.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_delivery.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_delivery.kind IS 'sync: rows of status_sync_log; notification: one recipient of one notification';

COMMENT ON COLUMN public.metric_delivery.channel_or_direction IS 'to_resman, from_resman or unknown; or the channel';

COMMENT ON COLUMN public.metric_delivery.delivered IS 'Delivered in the end. email, sms and slack can only say accepted, by the mail server, the provider, Slack; in_app is delivered to the inbox; null: not known';

COMMENT ON COLUMN public.metric_delivery.failed IS 'Failed in the end; null: not known';

COMMENT ON COLUMN public.metric_delivery.bounced IS 'Returned by the recipient''s side; null: sync: cannot happen';

COMMENT ON COLUMN public.metric_delivery.expired IS 'Pending for over 24 hours, or given up after them; null: sync: pending rows are settled';

COMMENT ON COLUMN public.metric_delivery.pending IS 'Not settled yet; in no rate; null: not known';

COMMENT ON COLUMN public.metric_delivery.suppressed IS 'Not sent on purpose; in no rate; null: sync: cannot happen';

COMMENT ON COLUMN public.metric_delivery.rate IS 'delivered / (delivered + failed + bounced + expired); null: nothing was due, so there is no rate';

COMMENT ON COLUMN public.metric_delivery.lo95 IS 'Lower end of the 95 % Wilson interval of rate; null: rate is';

COMMENT ON COLUMN public.metric_delivery.hi95 IS 'Upper end of the 95 % Wilson interval of rate; null: rate is';

COMMENT ON COLUMN public.metric_delivery.first_attempt_rate IS 'Delivered at the first attempt / the same denominator; null: rate is, or attempts were not recorded';

CREATE FUNCTION public.metric_delivery_at(instant timestamp with time zone) RETURNS SETOF public.metric_delivery
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.kind, r.channel_or_direction, r.delivered, r.failed, r.bounced, r.expired, r.pending, r.suppressed, r.rate, r.lo95, r.hi95, r.first_attempt_rate
         from measurement m
         join metric_delivery_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_delivery_at(instant timestamp with time zone) IS 'metric_delivery as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_distribution_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    day date NOT NULL,
    timezone text,
    status text NOT NULL,
    leads bigint,
    created bigint,
    moved_in bigint,
    moved_out bigint,
    CONSTRAINT metric_distribution_revision_order CHECK ((since < until)),
    CONSTRAINT metric_distribution_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_distribution_revision IS 'One row of metric_distribution, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_distribution_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_distribution_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_distribution_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_distribution_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_distribution_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_distribution_revision.day IS 'Local day of the property, cut to the window at both ends';

COMMENT ON COLUMN public.metric_distribution_revision.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_distribution_revision.status IS 'Status as logged';

COMMENT ON COLUMN public.metric_distribution_revision.leads IS 'Leads in it at the end of the day: those of the day before + created + moved_in - moved_out. A lead whose history begins later counts from the start in the status it was found in';

COMMENT ON COLUMN public.metric_distribution_revision.created IS 'Leads created in it that day; null: measured before there was this column';

COMMENT ON COLUMN public.metric_distribution_revision.moved_in IS 'Changes into it that day; null: measured before there was this column';

COMMENT ON COLUMN public.metric_distribution_revision.moved_out IS 'Changes out of it that day; null: measured before there was this column';

CREATE VIEW public.metric_distribution AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.day,
    r.timezone,
    r.status,
    r.leads,
    r.created,
    r.moved_in,
    r.moved_out
   FROM (public.measurement m
     JOIN public.metric_distribution_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_distribution IS 'Leads per status at the end of each local day; the last day as at as_of';

COMMENT ON COLUMN public.metric_distribution.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_distribution.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_distribution.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_distribution.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_distribution.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_distribution.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_distribution.day IS 'Local day of the property, cut to the window at both ends';

COMMENT ON COLUMN public.metric_distribution.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_distribution.status IS 'Status as logged';

COMMENT ON COLUMN public.metric_distribution.leads IS 'Leads in it at the end of the day: those of the day before + created + moved_in - moved_out. A lead whose history begins later counts from the start in the status it was found in';

COMMENT ON COLUMN public.metric_distribution.created IS 'Leads created in it that day; null: measured before there was this column';

COMMENT ON COLUMN public.metric_distribution.moved_in IS 'Changes into it that day; null: measured before there was this column';

COMMENT ON COLUMN public.metric_distribution.moved_out IS 'Changes out of it that day; null: measured before there was this column';

CREATE FUNCTION public.metric_distribution_at(instant timestamp with time zone) RETURNS SETOF public.metric_distribution
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.day, r.timezone, r.status, r.leads, r.created, r.moved_in, r.moved_out
         from measurement m
         join metric_distribution_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_distribution_at(instant timestamp with time zone) IS 'metric_distribution as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_funnel_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    step_order integer NOT NULL,
    status text NOT NULL,
    maturity text NOT NULL,
    reached bigint,
    visited bigint,
    skipped bigint,
    step_rate double precision,
    step_lo95 double precision,
    step_hi95 double precision,
    overall_rate double precision,
    overall_lo95 double precision,
    overall_hi95 double precision,
    lost bigint,
    open bigint,
    overall_min double precision,
    overall_max double precision,
    CONSTRAINT metric_funnel_maturity_check CHECK ((maturity = ANY (ARRAY['mature'::text, 'all'::text]))),
    CONSTRAINT metric_funnel_revision_order CHECK ((since < until)),
    CONSTRAINT metric_funnel_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_funnel_revision IS 'One row of metric_funnel, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_funnel_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_funnel_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_funnel_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_funnel_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_funnel_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_funnel_revision.step_order IS 'Rank of the status, 0 new to 5 leased';

COMMENT ON COLUMN public.metric_funnel_revision.status IS 'Canonical status of the step';

COMMENT ON COLUMN public.metric_funnel_revision.maturity IS 'mature: only leads created a whole funnel window before as_of; all: every lead';

COMMENT ON COLUMN public.metric_funnel_revision.reached IS 'Leads whose highest rank within the funnel window of creation is at least this step';

COMMENT ON COLUMN public.metric_funnel_revision.visited IS 'Leads that entered this very status in that time';

COMMENT ON COLUMN public.metric_funnel_revision.skipped IS 'Leads that passed this step without stopping: reached - visited';

COMMENT ON COLUMN public.metric_funnel_revision.step_rate IS 'reached / reached of the step before; null: the first step, or nobody to count, or a step nobody visited';

COMMENT ON COLUMN public.metric_funnel_revision.step_lo95 IS 'Lower end of the 95 % Wilson interval of step_rate; null: step_rate is';

COMMENT ON COLUMN public.metric_funnel_revision.step_hi95 IS 'Upper end of the 95 % Wilson interval of step_rate; null: step_rate is';

COMMENT ON COLUMN public.metric_funnel_revision.overall_rate IS 'reached / reached of the first step; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_funnel_revision.overall_lo95 IS 'Lower end of the 95 % Wilson interval of overall_rate; null: overall_rate is';

COMMENT ON COLUMN public.metric_funnel_revision.overall_hi95 IS 'Upper end of the 95 % Wilson interval of overall_rate; null: overall_rate is';

COMMENT ON COLUMN public.metric_funnel_revision.lost IS 'Leads that got no further than this step and were lost at the end of their window; null: leased: nothing comes after it';

COMMENT ON COLUMN public.metric_funnel_revision.open IS 'Leads that got no further than this step and were not lost; null: leased: nothing comes after it';

COMMENT ON COLUMN public.metric_funnel_revision.overall_min IS 'Lowest overall_rate that answers to open reviews could give; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_funnel_revision.overall_max IS 'Highest overall_rate that answers to open reviews could give; null: no lead in the cohort';

CREATE VIEW public.metric_funnel AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.step_order,
    r.status,
    r.maturity,
    r.reached,
    r.visited,
    r.skipped,
    r.step_rate,
    r.step_lo95,
    r.step_hi95,
    r.overall_rate,
    r.overall_lo95,
    r.overall_hi95,
    r.lost,
    r.open,
    r.overall_min,
    r.overall_max
   FROM (public.measurement m
     JOIN public.metric_funnel_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_funnel IS 'One step of the funnel of the leads created in the window';

COMMENT ON COLUMN public.metric_funnel.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_funnel.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_funnel.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_funnel.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_funnel.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_funnel.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_funnel.step_order IS 'Rank of the status, 0 new to 5 leased';

COMMENT ON COLUMN public.metric_funnel.status IS 'Canonical status of the step';

COMMENT ON COLUMN public.metric_funnel.maturity IS 'mature: only leads created a whole funnel window before as_of; all: every lead';

COMMENT ON COLUMN public.metric_funnel.reached IS 'Leads whose highest rank within the funnel window of creation is at least this step';

COMMENT ON COLUMN public.metric_funnel.visited IS 'Leads that entered this very status in that time';

COMMENT ON COLUMN public.metric_funnel.skipped IS 'Leads that passed this step without stopping: reached - visited';

COMMENT ON COLUMN public.metric_funnel.step_rate IS 'reached / reached of the step before; null: the first step, or nobody to count, or a step nobody visited';

COMMENT ON COLUMN public.metric_funnel.step_lo95 IS 'Lower end of the 95 % Wilson interval of step_rate; null: step_rate is';

COMMENT ON COLUMN public.metric_funnel.step_hi95 IS 'Upper end of the 95 % Wilson interval of step_rate; null: step_rate is';

COMMENT ON COLUMN public.metric_funnel.overall_rate IS 'reached / reached of the first step; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_funnel.overall_lo95 IS 'Lower end of the 95 % Wilson interval of overall_rate; null: overall_rate is';

COMMENT ON COLUMN public.metric_funnel.overall_hi95 IS 'Upper end of the 95 % Wilson interval of overall_rate; null: overall_rate is';

COMMENT ON COLUMN public.metric_funnel.lost IS 'Leads that got no further than this step and were lost at the end of their window; null: leased: nothing comes after it';

COMMENT ON COLUMN public.metric_funnel.open IS 'Leads that got no further than this step and were not lost; null: leased: nothing comes after it';

COMMENT ON COLUMN public.metric_funnel.overall_min IS 'Lowest overall_rate that answers to open reviews could give; null: no lead in the cohort';

COMMENT ON COLUMN public.metric_funnel.overall_max IS 'Highest overall_rate that answers to open reviews could give; null: no lead in the cohort';

CREATE FUNCTION public.metric_funnel_at(instant timestamp with time zone) RETURNS SETOF public.metric_funnel
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.step_order, r.status, r.maturity, r.reached, r.visited, r.skipped, r.step_rate, r.step_lo95, r.step_hi95, r.overall_rate, r.overall_lo95, r.overall_hi95, r.lost, r.open, r.overall_min, r.overall_max
         from measurement m
         join metric_funnel_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_funnel_at(instant timestamp with time zone) IS 'metric_funnel as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_lost_reasons_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    kind text NOT NULL,
    reason text,
    place bigint,
    lost bigint,
    share double precision,
    lo95 double precision,
    hi95 double precision,
    lost_before bigint,
    share_before double precision,
    difference double precision,
    difference_lo95 double precision,
    difference_hi95 double precision,
    verdict text,
    CONSTRAINT metric_lost_reasons_kind_check CHECK ((kind = ANY (ARRAY['reason'::text, 'rest'::text, 'unknown'::text]))),
    CONSTRAINT metric_lost_reasons_revision_order CHECK ((since < until)),
    CONSTRAINT metric_lost_reasons_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text]))),
    CONSTRAINT metric_lost_reasons_verdict_check CHECK ((verdict = ANY (ARRAY['up'::text, 'down'::text, 'no clear change'::text, 'too few'::text])))
);

COMMENT ON TABLE public.metric_lost_reasons_revision IS 'One row of metric_lost_reasons, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_lost_reasons_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_lost_reasons_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_lost_reasons_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_lost_reasons_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_lost_reasons_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_lost_reasons_revision.kind IS 'reason; rest: those beyond the 50 most frequent of the scope together; unknown: no system tells a reason';

COMMENT ON COLUMN public.metric_lost_reasons_revision.reason IS 'The reason last told, in the spelling of most records; null: kind is not reason';

COMMENT ON COLUMN public.metric_lost_reasons_revision.place IS '1 for the most frequent reason; null: kind is not reason';

COMMENT ON COLUMN public.metric_lost_reasons_revision.lost IS 'Leads lost for this reason';

COMMENT ON COLUMN public.metric_lost_reasons_revision.share IS 'lost / all leads lost in the window; null: no lead was lost';

COMMENT ON COLUMN public.metric_lost_reasons_revision.lo95 IS 'Lower end of the 95 % Wilson interval of share; null: no lead was lost';

COMMENT ON COLUMN public.metric_lost_reasons_revision.hi95 IS 'Upper end of the 95 % Wilson interval of share; null: no lead was lost';

COMMENT ON COLUMN public.metric_lost_reasons_revision.lost_before IS 'The same of the window of equal length before; null: the history does not cover it';

COMMENT ON COLUMN public.metric_lost_reasons_revision.share_before IS 'lost_before / all leads lost in that window; null: the history does not cover it, or no lead was lost';

COMMENT ON COLUMN public.metric_lost_reasons_revision.difference IS 'share - share_before; null: either is not known';

COMMENT ON COLUMN public.metric_lost_reasons_revision.difference_lo95 IS 'Lower end of the 95 % interval of the difference, by Newcombe''s method 10; null: difference is not known';

COMMENT ON COLUMN public.metric_lost_reasons_revision.difference_hi95 IS 'Upper end of the same interval; null: difference is not known';

COMMENT ON COLUMN public.metric_lost_reasons_revision.verdict IS 'up or down where the interval leaves out 0, else no clear change; too few: below 30 lost leads in either window. Each reason is tested alone; null: the history does not cover the window before';

CREATE VIEW public.metric_lost_reasons AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.kind,
    r.reason,
    r.place,
    r.lost,
    r.share,
    r.lo95,
    r.hi95,
    r.lost_before,
    r.share_before,
    r.difference,
    r.difference_lo95,
    r.difference_hi95,
    r.verdict
   FROM (public.measurement m
     JOIN public.metric_lost_reasons_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_lost_reasons IS 'One reason of the leads that came to be lost in the window';

COMMENT ON COLUMN public.metric_lost_reasons.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_lost_reasons.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_lost_reasons.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_lost_reasons.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_lost_reasons.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_lost_reasons.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_lost_reasons.kind IS 'reason; rest: those beyond the 50 most frequent of the scope together; unknown: no system tells a reason';

COMMENT ON COLUMN public.metric_lost_reasons.reason IS 'The reason last told, in the spelling of most records; null: kind is not reason';

COMMENT ON COLUMN public.metric_lost_reasons.place IS '1 for the most frequent reason; null: kind is not reason';

COMMENT ON COLUMN public.metric_lost_reasons.lost IS 'Leads lost for this reason';

COMMENT ON COLUMN public.metric_lost_reasons.share IS 'lost / all leads lost in the window; null: no lead was lost';

COMMENT ON COLUMN public.metric_lost_reasons.lo95 IS 'Lower end of the 95 % Wilson interval of share; null: no lead was lost';

COMMENT ON COLUMN public.metric_lost_reasons.hi95 IS 'Upper end of the 95 % Wilson interval of share; null: no lead was lost';

COMMENT ON COLUMN public.metric_lost_reasons.lost_before IS 'The same of the window of equal length before; null: the history does not cover it';

COMMENT ON COLUMN public.metric_lost_reasons.share_before IS 'lost_before / all leads lost in that window; null: the history does not cover it, or no lead was lost';

COMMENT ON COLUMN public.metric_lost_reasons.difference IS 'share - share_before; null: either is not known';

COMMENT ON COLUMN public.metric_lost_reasons.difference_lo95 IS 'Lower end of the 95 % interval of the difference, by Newcombe''s method 10; null: difference is not known';

COMMENT ON COLUMN public.metric_lost_reasons.difference_hi95 IS 'Upper end of the same interval; null: difference is not known';

COMMENT ON COLUMN public.metric_lost_reasons.verdict IS 'up or down where the interval leaves out 0, else no clear change; too few: below 30 lost leads in either window. Each reason is tested alone; null: the history does not cover the window before';

CREATE FUNCTION public.metric_lost_reasons_at(instant timestamp with time zone) RETURNS SETOF public.metric_lost_reasons
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.kind, r.reason, r.place, r.lost, r.share, r.lo95, r.hi95, r.lost_before, r.share_before, r.difference, r.difference_lo95, r.difference_hi95, r.verdict
         from measurement m
         join metric_lost_reasons_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_lost_reasons_at(instant timestamp with time zone) IS 'metric_lost_reasons as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_performance_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    metric text NOT NULL,
    numerator double precision,
    denominator double precision,
    value double precision,
    lo95 double precision,
    hi95 double precision,
    unit text,
    note text,
    CONSTRAINT metric_performance_revision_order CHECK ((since < until)),
    CONSTRAINT metric_performance_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_performance_revision IS 'One row of metric_performance, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_performance_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_performance_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_performance_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_performance_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_performance_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_performance_revision.metric IS 'Name of the figure';

COMMENT ON COLUMN public.metric_performance_revision.numerator IS 'Numerator of a rate, or the sum behind a mean; null: none, or not known';

COMMENT ON COLUMN public.metric_performance_revision.denominator IS 'Denominator of a rate, or how many the figure rests on; null: none, or not known';

COMMENT ON COLUMN public.metric_performance_revision.value IS 'The figure, in unit; null: cannot be known; note says why';

COMMENT ON COLUMN public.metric_performance_revision.lo95 IS 'Lower end of its 95 % interval; null: no interval applies';

COMMENT ON COLUMN public.metric_performance_revision.hi95 IS 'Upper end of its 95 % interval; null: no interval applies';

COMMENT ON COLUMN public.metric_performance_revision.unit IS 'count, rate, seconds, days or rank; null: none';

COMMENT ON COLUMN public.metric_performance_revision.note IS 'What is counted, or why the value is empty; null: nothing to add';

CREATE VIEW public.metric_performance AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.metric,
    r.numerator,
    r.denominator,
    r.value,
    r.lo95,
    r.hi95,
    r.unit,
    r.note
   FROM (public.measurement m
     JOIN public.metric_performance_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_performance IS 'One named figure; a figure that cannot be known is null with a note';

COMMENT ON COLUMN public.metric_performance.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_performance.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_performance.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_performance.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_performance.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_performance.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_performance.metric IS 'Name of the figure';

COMMENT ON COLUMN public.metric_performance.numerator IS 'Numerator of a rate, or the sum behind a mean; null: none, or not known';

COMMENT ON COLUMN public.metric_performance.denominator IS 'Denominator of a rate, or how many the figure rests on; null: none, or not known';

COMMENT ON COLUMN public.metric_performance.value IS 'The figure, in unit; null: cannot be known; note says why';

COMMENT ON COLUMN public.metric_performance.lo95 IS 'Lower end of its 95 % interval; null: no interval applies';

COMMENT ON COLUMN public.metric_performance.hi95 IS 'Upper end of its 95 % interval; null: no interval applies';

COMMENT ON COLUMN public.metric_performance.unit IS 'count, rate, seconds, days or rank; null: none';

COMMENT ON COLUMN public.metric_performance.note IS 'What is counted, or why the value is empty; null: nothing to add';

CREATE FUNCTION public.metric_performance_at(instant timestamp with time zone) RETURNS SETOF public.metric_performance
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.metric, r.numerator, r.denominator, r.value, r.lo95, r.hi95, r.unit, r.note
         from measurement m
         join metric_performance_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_performance_at(instant timestamp with time zone) IS 'metric_performance as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_restatements_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    metric text NOT NULL,
    day date NOT NULL,
    timezone text,
    status text,
    published_as_of timestamp with time zone,
    old_value double precision,
    new_value double precision,
    reason text,
    CONSTRAINT metric_restatements_revision_order CHECK ((since < until)),
    CONSTRAINT metric_restatements_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_restatements_revision IS 'One row of metric_restatements, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_restatements_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_restatements_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_restatements_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_restatements_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_restatements_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_restatements_revision.metric IS 'Name of the figure';

COMMENT ON COLUMN public.metric_restatements_revision.day IS 'Local day it belongs to';

COMMENT ON COLUMN public.metric_restatements_revision.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_restatements_revision.status IS 'Status it is about; null: about no single status';

COMMENT ON COLUMN public.metric_restatements_revision.published_as_of IS 'as_of of the report that had the old value; null: not known';

COMMENT ON COLUMN public.metric_restatements_revision.old_value IS 'As published; null: not published before';

COMMENT ON COLUMN public.metric_restatements_revision.new_value IS 'As it is now; null: no longer known';

COMMENT ON COLUMN public.metric_restatements_revision.reason IS 'repair, late row, both, settled since, or the lead or its property changed; null: not known';

CREATE VIEW public.metric_restatements AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.metric,
    r.day,
    r.timezone,
    r.status,
    r.published_as_of,
    r.old_value,
    r.new_value,
    r.reason
   FROM (public.measurement m
     JOIN public.metric_restatements_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_restatements IS 'One figure already published that a repair or a late row changed';

COMMENT ON COLUMN public.metric_restatements.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_restatements.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_restatements.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_restatements.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_restatements.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_restatements.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_restatements.metric IS 'Name of the figure';

COMMENT ON COLUMN public.metric_restatements.day IS 'Local day it belongs to';

COMMENT ON COLUMN public.metric_restatements.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_restatements.status IS 'Status it is about; null: about no single status';

COMMENT ON COLUMN public.metric_restatements.published_as_of IS 'as_of of the report that had the old value; null: not known';

COMMENT ON COLUMN public.metric_restatements.old_value IS 'As published; null: not published before';

COMMENT ON COLUMN public.metric_restatements.new_value IS 'As it is now; null: no longer known';

COMMENT ON COLUMN public.metric_restatements.reason IS 'repair, late row, both, settled since, or the lead or its property changed; null: not known';

CREATE FUNCTION public.metric_restatements_at(instant timestamp with time zone) RETURNS SETOF public.metric_restatements
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.metric, r.day, r.timezone, r.status, r.published_as_of, r.old_value, r.new_value, r.reason
         from measurement m
         join metric_restatements_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_restatements_at(instant timestamp with time zone) IS 'metric_restatements as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_sources_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    kind text NOT NULL,
    source text,
    step_order integer NOT NULL,
    status text NOT NULL,
    maturity text NOT NULL,
    reached bigint,
    overall_rate double precision,
    overall_lo95 double precision,
    overall_hi95 double precision,
    lost bigint,
    open bigint,
    share double precision,
    CONSTRAINT metric_sources_kind_check CHECK ((kind = ANY (ARRAY['source'::text, 'rest'::text, 'unknown'::text]))),
    CONSTRAINT metric_sources_maturity_check CHECK ((maturity = ANY (ARRAY['mature'::text, 'all'::text]))),
    CONSTRAINT metric_sources_revision_order CHECK ((since < until)),
    CONSTRAINT metric_sources_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_sources_revision IS 'One row of metric_sources, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_sources_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_sources_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_sources_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_sources_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_sources_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_sources_revision.kind IS 'source; rest: those beyond the 50 largest of the scope together; unknown: no system tells a source';

COMMENT ON COLUMN public.metric_sources_revision.source IS 'Where the lead came from first, in the spelling of most records; capitals do not tell sources apart; null: kind is not source';

COMMENT ON COLUMN public.metric_sources_revision.step_order IS 'Rank of the status, 0 new to 5 leased';

COMMENT ON COLUMN public.metric_sources_revision.status IS 'Canonical status of the step';

COMMENT ON COLUMN public.metric_sources_revision.maturity IS 'mature: only leads created a whole funnel window before as_of; all: every lead';

COMMENT ON COLUMN public.metric_sources_revision.reached IS 'Leads whose highest rank within the funnel window of creation is at least this step';

COMMENT ON COLUMN public.metric_sources_revision.overall_rate IS 'reached / reached of the first step; null: no lead';

COMMENT ON COLUMN public.metric_sources_revision.overall_lo95 IS 'Lower end of the 95 % Wilson interval of overall_rate; null: no lead';

COMMENT ON COLUMN public.metric_sources_revision.overall_hi95 IS 'Upper end of the 95 % Wilson interval of overall_rate; null: no lead';

COMMENT ON COLUMN public.metric_sources_revision.lost IS 'Leads that got no further than this step and were lost at the end of their funnel window; null: leased: nothing comes after it';

COMMENT ON COLUMN public.metric_sources_revision.open IS 'Leads that got no further than this step and were not lost; null: leased: nothing comes after it';

COMMENT ON COLUMN public.metric_sources_revision.share IS 'Leads of the source / all leads of the scope and maturity; null: no lead';

CREATE VIEW public.metric_sources AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.kind,
    r.source,
    r.step_order,
    r.status,
    r.maturity,
    r.reached,
    r.overall_rate,
    r.overall_lo95,
    r.overall_hi95,
    r.lost,
    r.open,
    r.share
   FROM (public.measurement m
     JOIN public.metric_sources_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_sources IS 'One step of the funnel of the leads created in the window that came from one source';

COMMENT ON COLUMN public.metric_sources.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_sources.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_sources.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_sources.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_sources.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_sources.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_sources.kind IS 'source; rest: those beyond the 50 largest of the scope together; unknown: no system tells a source';

COMMENT ON COLUMN public.metric_sources.source IS 'Where the lead came from first, in the spelling of most records; capitals do not tell sources apart; null: kind is not source';

COMMENT ON COLUMN public.metric_sources.step_order IS 'Rank of the status, 0 new to 5 leased';

COMMENT ON COLUMN public.metric_sources.status IS 'Canonical status of the step';

COMMENT ON COLUMN public.metric_sources.maturity IS 'mature: only leads created a whole funnel window before as_of; all: every lead';

COMMENT ON COLUMN public.metric_sources.reached IS 'Leads whose highest rank within the funnel window of creation is at least this step';

COMMENT ON COLUMN public.metric_sources.overall_rate IS 'reached / reached of the first step; null: no lead';

COMMENT ON COLUMN public.metric_sources.overall_lo95 IS 'Lower end of the 95 % Wilson interval of overall_rate; null: no lead';

COMMENT ON COLUMN public.metric_sources.overall_hi95 IS 'Upper end of the 95 % Wilson interval of overall_rate; null: no lead';

COMMENT ON COLUMN public.metric_sources.lost IS 'Leads that got no further than this step and were lost at the end of their funnel window; null: leased: nothing comes after it';

COMMENT ON COLUMN public.metric_sources.open IS 'Leads that got no further than this step and were not lost; null: leased: nothing comes after it';

COMMENT ON COLUMN public.metric_sources.share IS 'Leads of the source / all leads of the scope and maturity; null: no lead';

CREATE FUNCTION public.metric_sources_at(instant timestamp with time zone) RETURNS SETOF public.metric_sources
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.kind, r.source, r.step_order, r.status, r.maturity, r.reached, r.overall_rate, r.overall_lo95, r.overall_hi95, r.lost, r.open, r.share
         from measurement m
         join metric_sources_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_sources_at(instant timestamp with time zone) IS 'metric_sources as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_stalled_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    resman_lead_id text NOT NULL,
    status text,
    entered_at timestamp with time zone,
    open_seconds double precision,
    p90_seconds double precision,
    CONSTRAINT metric_stalled_revision_order CHECK ((since < until)),
    CONSTRAINT metric_stalled_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_stalled_revision IS 'One row of metric_stalled, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_stalled_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_stalled_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_stalled_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_stalled_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_stalled_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_stalled_revision.resman_lead_id IS 'The lead, by id; no personal data';

COMMENT ON COLUMN public.metric_stalled_revision.status IS 'Status it is in; null: not known';

COMMENT ON COLUMN public.metric_stalled_revision.entered_at IS 'Since when; null: the history starts later';

COMMENT ON COLUMN public.metric_stalled_revision.open_seconds IS 'For how long, at as_of; null: the history starts later';

COMMENT ON COLUMN public.metric_stalled_revision.p90_seconds IS 'The status''s p90 at the property, or of the portfolio where that is not reached; null: not reached';

CREATE VIEW public.metric_stalled AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.resman_lead_id,
    r.status,
    r.entered_at,
    r.open_seconds,
    r.p90_seconds
   FROM (public.measurement m
     JOIN public.metric_stalled_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_stalled IS 'One lead that has stayed in its status longer than the p90 of that status; property scope only';

COMMENT ON COLUMN public.metric_stalled.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_stalled.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_stalled.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_stalled.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_stalled.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_stalled.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_stalled.resman_lead_id IS 'The lead, by id; no personal data';

COMMENT ON COLUMN public.metric_stalled.status IS 'Status it is in; null: not known';

COMMENT ON COLUMN public.metric_stalled.entered_at IS 'Since when; null: the history starts later';

COMMENT ON COLUMN public.metric_stalled.open_seconds IS 'For how long, at as_of; null: the history starts later';

COMMENT ON COLUMN public.metric_stalled.p90_seconds IS 'The status''s p90 at the property, or of the portfolio where that is not reached; null: not reached';

CREATE FUNCTION public.metric_stalled_at(instant timestamp with time zone) RETURNS SETOF public.metric_stalled
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.resman_lead_id, r.status, r.entered_at, r.open_seconds, r.p90_seconds
         from measurement m
         join metric_stalled_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_stalled_at(instant timestamp with time zone) IS 'metric_stalled as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_time_in_status_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    status text NOT NULL,
    n_closed bigint,
    n_open bigint,
    mean_seconds double precision,
    km_median_seconds double precision,
    km_lo95_seconds double precision,
    km_hi95_seconds double precision,
    p25_seconds double precision,
    p75_seconds double precision,
    p90_seconds double precision,
    rmst_90d_seconds double precision,
    oldest_open_seconds double precision,
    n_in_status bigint,
    CONSTRAINT metric_time_in_status_revision_order CHECK ((since < until)),
    CONSTRAINT metric_time_in_status_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_time_in_status_revision IS 'One row of metric_time_in_status, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_time_in_status_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_time_in_status_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_time_in_status_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_time_in_status_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_time_in_status_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_time_in_status_revision.status IS 'Status stayed in; never leased or lost';

COMMENT ON COLUMN public.metric_time_in_status_revision.n_closed IS 'Stays begun in the window that ended by as_of';

COMMENT ON COLUMN public.metric_time_in_status_revision.n_open IS 'Stays begun in the window that still last at as_of';

COMMENT ON COLUMN public.metric_time_in_status_revision.mean_seconds IS 'Mean of the closed stays only: too short while stays are open; null: no closed stay';

COMMENT ON COLUMN public.metric_time_in_status_revision.km_median_seconds IS 'Half of the leads leave sooner, leads still there taken into account (Kaplan-Meier); null: not reached: fewer than half have left';

COMMENT ON COLUMN public.metric_time_in_status_revision.km_lo95_seconds IS 'Lower end of the median''s 95 % log-log interval; null: not reached';

COMMENT ON COLUMN public.metric_time_in_status_revision.km_hi95_seconds IS 'Upper end of the median''s 95 % log-log interval; null: not reached';

COMMENT ON COLUMN public.metric_time_in_status_revision.p25_seconds IS 'Time by which a quarter have left (Kaplan-Meier); null: not reached';

COMMENT ON COLUMN public.metric_time_in_status_revision.p75_seconds IS 'Time by which three quarters have left (Kaplan-Meier); null: not reached';

COMMENT ON COLUMN public.metric_time_in_status_revision.p90_seconds IS 'Time by which nine in ten have left (Kaplan-Meier); null: not reached';

COMMENT ON COLUMN public.metric_time_in_status_revision.rmst_90d_seconds IS 'Restricted mean: expected time in the status within 90 days; null: follow-up is shorter and stays are open';

COMMENT ON COLUMN public.metric_time_in_status_revision.oldest_open_seconds IS 'Age of the oldest of n_open; null: no open stay';

COMMENT ON COLUMN public.metric_time_in_status_revision.n_in_status IS 'Leads in the status at as_of, whenever they came: n_open, and those who came before the window or before the history; null: measured before there was this column';

CREATE VIEW public.metric_time_in_status AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.status,
    r.n_closed,
    r.n_open,
    r.mean_seconds,
    r.km_median_seconds,
    r.km_lo95_seconds,
    r.km_hi95_seconds,
    r.p25_seconds,
    r.p75_seconds,
    r.p90_seconds,
    r.rmst_90d_seconds,
    r.oldest_open_seconds,
    r.n_in_status
   FROM (public.measurement m
     JOIN public.metric_time_in_status_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_time_in_status IS 'How long stays begun in the window last, by non-terminal status';

COMMENT ON COLUMN public.metric_time_in_status.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_time_in_status.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_time_in_status.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_time_in_status.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_time_in_status.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_time_in_status.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_time_in_status.status IS 'Status stayed in; never leased or lost';

COMMENT ON COLUMN public.metric_time_in_status.n_closed IS 'Stays begun in the window that ended by as_of';

COMMENT ON COLUMN public.metric_time_in_status.n_open IS 'Stays begun in the window that still last at as_of';

COMMENT ON COLUMN public.metric_time_in_status.mean_seconds IS 'Mean of the closed stays only: too short while stays are open; null: no closed stay';

COMMENT ON COLUMN public.metric_time_in_status.km_median_seconds IS 'Half of the leads leave sooner, leads still there taken into account (Kaplan-Meier); null: not reached: fewer than half have left';

COMMENT ON COLUMN public.metric_time_in_status.km_lo95_seconds IS 'Lower end of the median''s 95 % log-log interval; null: not reached';

COMMENT ON COLUMN public.metric_time_in_status.km_hi95_seconds IS 'Upper end of the median''s 95 % log-log interval; null: not reached';

COMMENT ON COLUMN public.metric_time_in_status.p25_seconds IS 'Time by which a quarter have left (Kaplan-Meier); null: not reached';

COMMENT ON COLUMN public.metric_time_in_status.p75_seconds IS 'Time by which three quarters have left (Kaplan-Meier); null: not reached';

COMMENT ON COLUMN public.metric_time_in_status.p90_seconds IS 'Time by which nine in ten have left (Kaplan-Meier); null: not reached';

COMMENT ON COLUMN public.metric_time_in_status.rmst_90d_seconds IS 'Restricted mean: expected time in the status within 90 days; null: follow-up is shorter and stays are open';

COMMENT ON COLUMN public.metric_time_in_status.oldest_open_seconds IS 'Age of the oldest of n_open; null: no open stay';

COMMENT ON COLUMN public.metric_time_in_status.n_in_status IS 'Leads in the status at as_of, whenever they came: n_open, and those who came before the window or before the history; null: measured before there was this column';

CREATE FUNCTION public.metric_time_in_status_at(instant timestamp with time zone) RETURNS SETOF public.metric_time_in_status
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.status, r.n_closed, r.n_open, r.mean_seconds, r.km_median_seconds, r.km_lo95_seconds, r.km_hi95_seconds, r.p25_seconds, r.p75_seconds, r.p90_seconds, r.rmst_90d_seconds, r.oldest_open_seconds, r.n_in_status
         from measurement m
         join metric_time_in_status_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_time_in_status_at(instant timestamp with time zone) IS 'metric_time_in_status as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_tours_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    booked bigint,
    showed bigint,
    cancelled bigint,
    upcoming bigint,
    not_recorded_as_shown bigint,
    no_show bigint,
    unknown bigint,
    showed_rate double precision,
    lo95 double precision,
    hi95 double precision,
    CONSTRAINT metric_tours_revision_order CHECK ((since < until)),
    CONSTRAINT metric_tours_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_tours_revision IS 'One row of metric_tours, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_tours_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_tours_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_tours_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_tours_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_tours_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_tours_revision.booked IS 'Leads with a tour: showed + cancelled + upcoming + not_recorded_as_shown + unknown';

COMMENT ON COLUMN public.metric_tours_revision.showed IS 'Recorded as shown';

COMMENT ON COLUMN public.metric_tours_revision.cancelled IS 'Recorded as cancelled';

COMMENT ON COLUMN public.metric_tours_revision.upcoming IS 'Told as booked, and the lead is in tour_scheduled still: the tour is to come, or nobody told how it ended';

COMMENT ON COLUMN public.metric_tours_revision.not_recorded_as_shown IS 'Recorded as not come, or told as booked and the lead is in tour_scheduled no more';

COMMENT ON COLUMN public.metric_tours_revision.no_show IS 'Of these, recorded as not come; not every system can';

COMMENT ON COLUMN public.metric_tours_revision.unknown IS 'No system tells anything of the tour';

COMMENT ON COLUMN public.metric_tours_revision.showed_rate IS 'showed / (showed + not_recorded_as_shown): without the tours of which no end is told; null: their sum is 0';

COMMENT ON COLUMN public.metric_tours_revision.lo95 IS 'Lower end of the 95 % Wilson interval of showed_rate; null: showed_rate is';

COMMENT ON COLUMN public.metric_tours_revision.hi95 IS 'Upper end of the 95 % Wilson interval of showed_rate; null: showed_rate is';

CREATE VIEW public.metric_tours AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.booked,
    r.showed,
    r.cancelled,
    r.upcoming,
    r.not_recorded_as_shown,
    r.no_show,
    r.unknown,
    r.showed_rate,
    r.lo95,
    r.hi95
   FROM (public.measurement m
     JOIN public.metric_tours_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_tours IS 'The leads that came to tour_scheduled in the window, by what is told of the tour';

COMMENT ON COLUMN public.metric_tours.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_tours.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_tours.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_tours.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_tours.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_tours.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_tours.booked IS 'Leads with a tour: showed + cancelled + upcoming + not_recorded_as_shown + unknown';

COMMENT ON COLUMN public.metric_tours.showed IS 'Recorded as shown';

COMMENT ON COLUMN public.metric_tours.cancelled IS 'Recorded as cancelled';

COMMENT ON COLUMN public.metric_tours.upcoming IS 'Told as booked, and the lead is in tour_scheduled still: the tour is to come, or nobody told how it ended';

COMMENT ON COLUMN public.metric_tours.not_recorded_as_shown IS 'Recorded as not come, or told as booked and the lead is in tour_scheduled no more';

COMMENT ON COLUMN public.metric_tours.no_show IS 'Of these, recorded as not come; not every system can';

COMMENT ON COLUMN public.metric_tours.unknown IS 'No system tells anything of the tour';

COMMENT ON COLUMN public.metric_tours.showed_rate IS 'showed / (showed + not_recorded_as_shown): without the tours of which no end is told; null: their sum is 0';

COMMENT ON COLUMN public.metric_tours.lo95 IS 'Lower end of the 95 % Wilson interval of showed_rate; null: showed_rate is';

COMMENT ON COLUMN public.metric_tours.hi95 IS 'Upper end of the 95 % Wilson interval of showed_rate; null: showed_rate is';

CREATE FUNCTION public.metric_tours_at(instant timestamp with time zone) RETURNS SETOF public.metric_tours
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.booked, r.showed, r.cancelled, r.upcoming, r.not_recorded_as_shown, r.no_show, r.unknown, r.showed_rate, r.lo95, r.hi95
         from measurement m
         join metric_tours_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_tours_at(instant timestamp with time zone) IS 'metric_tours as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_transitions_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    from_status text NOT NULL,
    to_status text NOT NULL,
    count bigint,
    leads bigint,
    share double precision,
    lo95 double precision,
    hi95 double precision,
    legal boolean,
    mean_seconds double precision,
    median_seconds double precision,
    illegal bigint,
    CONSTRAINT metric_transitions_revision_order CHECK ((since < until)),
    CONSTRAINT metric_transitions_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_transitions_revision IS 'One row of metric_transitions, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_transitions_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_transitions_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_transitions_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_transitions_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_transitions_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_transitions_revision.from_status IS 'Status left';

COMMENT ON COLUMN public.metric_transitions_revision.to_status IS 'Status entered';

COMMENT ON COLUMN public.metric_transitions_revision.count IS 'How often it was made';

COMMENT ON COLUMN public.metric_transitions_revision.leads IS 'Leads that made it at least once';

COMMENT ON COLUMN public.metric_transitions_revision.share IS 'count / all changes out of from_status in the window; null: no change';

COMMENT ON COLUMN public.metric_transitions_revision.lo95 IS 'Lower end of the 95 % Wilson interval of share; null: share is';

COMMENT ON COLUMN public.metric_transitions_revision.hi95 IS 'Upper end of the 95 % Wilson interval of share; null: share is';

COMMENT ON COLUMN public.metric_transitions_revision.legal IS 'Whether the transition rules allow it in one step';

COMMENT ON COLUMN public.metric_transitions_revision.mean_seconds IS 'Mean stay in from_status before it; null: no start of a stay is known';

COMMENT ON COLUMN public.metric_transitions_revision.median_seconds IS 'Median stay in from_status before it; null: no start of a stay is known';

COMMENT ON COLUMN public.metric_transitions_revision.illegal IS 'Changes outside the transition rules, those carried over step by step apart; they sum to illegal in data_quality.csv; null: measured before there was this column';

CREATE VIEW public.metric_transitions AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.from_status,
    r.to_status,
    r.count,
    r.leads,
    r.share,
    r.lo95,
    r.hi95,
    r.legal,
    r.mean_seconds,
    r.median_seconds,
    r.illegal
   FROM (public.measurement m
     JOIN public.metric_transitions_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_transitions IS 'One kind of change (from, to) made in the window; creations apart';

COMMENT ON COLUMN public.metric_transitions.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_transitions.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_transitions.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_transitions.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_transitions.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_transitions.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_transitions.from_status IS 'Status left';

COMMENT ON COLUMN public.metric_transitions.to_status IS 'Status entered';

COMMENT ON COLUMN public.metric_transitions.count IS 'How often it was made';

COMMENT ON COLUMN public.metric_transitions.leads IS 'Leads that made it at least once';

COMMENT ON COLUMN public.metric_transitions.share IS 'count / all changes out of from_status in the window; null: no change';

COMMENT ON COLUMN public.metric_transitions.lo95 IS 'Lower end of the 95 % Wilson interval of share; null: share is';

COMMENT ON COLUMN public.metric_transitions.hi95 IS 'Upper end of the 95 % Wilson interval of share; null: share is';

COMMENT ON COLUMN public.metric_transitions.legal IS 'Whether the transition rules allow it in one step';

COMMENT ON COLUMN public.metric_transitions.mean_seconds IS 'Mean stay in from_status before it; null: no start of a stay is known';

COMMENT ON COLUMN public.metric_transitions.median_seconds IS 'Median stay in from_status before it; null: no start of a stay is known';

COMMENT ON COLUMN public.metric_transitions.illegal IS 'Changes outside the transition rules, those carried over step by step apart; they sum to illegal in data_quality.csv; null: measured before there was this column';

CREATE FUNCTION public.metric_transitions_at(instant timestamp with time zone) RETURNS SETOF public.metric_transitions
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.from_status, r.to_status, r.count, r.leads, r.share, r.lo95, r.hi95, r.legal, r.mean_seconds, r.median_seconds, r.illegal
         from measurement m
         join metric_transitions_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_transitions_at(instant timestamp with time zone) IS 'metric_transitions as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_unanswered_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    resman_lead_id text NOT NULL,
    waiting_since timestamp with time zone NOT NULL,
    waiting_seconds double precision NOT NULL,
    over_48h boolean NOT NULL,
    from_creation boolean NOT NULL,
    agent_name text,
    CONSTRAINT metric_unanswered_revision_order CHECK ((since < until)),
    CONSTRAINT metric_unanswered_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_unanswered_revision IS 'One row of metric_unanswered, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_unanswered_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_unanswered_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_unanswered_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_unanswered_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_unanswered_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_unanswered_revision.resman_lead_id IS 'The lead, by id; no personal data';

COMMENT ON COLUMN public.metric_unanswered_revision.waiting_since IS 'Since when it is new: its creation, or when it was first found so';

COMMENT ON COLUMN public.metric_unanswered_revision.waiting_seconds IS 'For how long, at as_of: 24 hours or longer';

COMMENT ON COLUMN public.metric_unanswered_revision.over_48h IS 'Whether that is 48 hours or longer';

COMMENT ON COLUMN public.metric_unanswered_revision.from_creation IS 'Whether its creation is known; if not, it waits at least that long';

COMMENT ON COLUMN public.metric_unanswered_revision.agent_name IS 'The staff member in charge; null: not known';

CREATE VIEW public.metric_unanswered AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.resman_lead_id,
    r.waiting_since,
    r.waiting_seconds,
    r.over_48h,
    r.from_creation,
    r.agent_name
   FROM (public.measurement m
     JOIN public.metric_unanswered_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_unanswered IS 'One lead of the window that nobody has answered for 24 hours or longer; property scope only';

COMMENT ON COLUMN public.metric_unanswered.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_unanswered.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_unanswered.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_unanswered.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_unanswered.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_unanswered.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_unanswered.resman_lead_id IS 'The lead, by id; no personal data';

COMMENT ON COLUMN public.metric_unanswered.waiting_since IS 'Since when it is new: its creation, or when it was first found so';

COMMENT ON COLUMN public.metric_unanswered.waiting_seconds IS 'For how long, at as_of: 24 hours or longer';

COMMENT ON COLUMN public.metric_unanswered.over_48h IS 'Whether that is 48 hours or longer';

COMMENT ON COLUMN public.metric_unanswered.from_creation IS 'Whether its creation is known; if not, it waits at least that long';

COMMENT ON COLUMN public.metric_unanswered.agent_name IS 'The staff member in charge; null: not known';

CREATE FUNCTION public.metric_unanswered_at(instant timestamp with time zone) RETURNS SETOF public.metric_unanswered
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.resman_lead_id, r.waiting_since, r.waiting_seconds, r.over_48h, r.from_creation, r.agent_name
         from measurement m
         join metric_unanswered_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_unanswered_at(instant timestamp with time zone) IS 'metric_unanswered as the newest measurement at or before an instant published it';

CREATE TABLE public.metric_weeks_revision (
    since timestamp with time zone NOT NULL,
    until timestamp with time zone DEFAULT 'infinity'::timestamp with time zone NOT NULL,
    scope text NOT NULL,
    property_id uuid,
    property_name text,
    week_start date NOT NULL,
    timezone text,
    weeks_ago integer NOT NULL,
    complete boolean NOT NULL,
    metric text NOT NULL,
    basis text NOT NULL,
    numerator bigint,
    denominator bigint,
    value double precision,
    CONSTRAINT metric_weeks_basis_check CHECK ((basis = ANY (ARRAY['event'::text, 'cohort'::text]))),
    CONSTRAINT metric_weeks_revision_order CHECK ((since < until)),
    CONSTRAINT metric_weeks_scope_check CHECK ((scope = ANY (ARRAY['portfolio'::text, 'property'::text])))
);

COMMENT ON TABLE public.metric_weeks_revision IS 'One row of metric_weeks, with the measurements that show it: those from since to before until';

COMMENT ON COLUMN public.metric_weeks_revision.since IS 'as_of of the first measurement that shows the row';

COMMENT ON COLUMN public.metric_weeks_revision.until IS 'Measurements from this as_of on no longer show the row; infinity: the newest does';

COMMENT ON COLUMN public.metric_weeks_revision.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_weeks_revision.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_weeks_revision.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_weeks_revision.week_start IS 'Its Monday, a local day of the property';

COMMENT ON COLUMN public.metric_weeks_revision.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_weeks_revision.weeks_ago IS '0: the week that as_of is in; 5: the first of the four before last week';

COMMENT ON COLUMN public.metric_weeks_revision.complete IS 'Whether the week was over at as_of, at every property';

COMMENT ON COLUMN public.metric_weeks_revision.metric IS 'Name of the figure';

COMMENT ON COLUMN public.metric_weeks_revision.basis IS 'event: what happened in the week; cohort: what became of the leads created in it';

COMMENT ON COLUMN public.metric_weeks_revision.numerator IS 'Numerator of a share; null: a count, or not known';

COMMENT ON COLUMN public.metric_weeks_revision.denominator IS 'How many leads a share rests on; null: a count, or not known';

COMMENT ON COLUMN public.metric_weeks_revision.value IS 'The count, or the share from 0 to 1; null: the window or the history begins later, or there is no lead';

CREATE VIEW public.metric_weeks AS
 SELECT m.as_of,
    m.window_start,
    m.window_end,
    r.scope,
    r.property_id,
    r.property_name,
    r.week_start,
    r.timezone,
    r.weeks_ago,
    r.complete,
    r.metric,
    r.basis,
    r.numerator,
    r.denominator,
    r.value
   FROM (public.measurement m
     JOIN public.metric_weeks_revision r ON (((r.since <= m.as_of) AND (m.as_of < r.until))));

COMMENT ON VIEW public.metric_weeks IS 'One figure of one local week, Monday to Sunday: the running one and the five before';

COMMENT ON COLUMN public.metric_weeks.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_weeks.window_start IS 'Start of the window, included';

COMMENT ON COLUMN public.metric_weeks.window_end IS 'End of the window, excluded';

COMMENT ON COLUMN public.metric_weeks.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_weeks.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_weeks.property_name IS 'Its name; null: the portfolio, or a property without a name';

COMMENT ON COLUMN public.metric_weeks.week_start IS 'Its Monday, a local day of the property';

COMMENT ON COLUMN public.metric_weeks.timezone IS 'IANA name the day is in; for the portfolio the one all properties share, else mixed; null: not known';

COMMENT ON COLUMN public.metric_weeks.weeks_ago IS '0: the week that as_of is in; 5: the first of the four before last week';

COMMENT ON COLUMN public.metric_weeks.complete IS 'Whether the week was over at as_of, at every property';

COMMENT ON COLUMN public.metric_weeks.metric IS 'Name of the figure';

COMMENT ON COLUMN public.metric_weeks.basis IS 'event: what happened in the week; cohort: what became of the leads created in it';

COMMENT ON COLUMN public.metric_weeks.numerator IS 'Numerator of a share; null: a count, or not known';

COMMENT ON COLUMN public.metric_weeks.denominator IS 'How many leads a share rests on; null: a count, or not known';

COMMENT ON COLUMN public.metric_weeks.value IS 'The count, or the share from 0 to 1; null: the window or the history begins later, or there is no lead';

CREATE FUNCTION public.metric_weeks_at(instant timestamp with time zone) RETURNS SETOF public.metric_weeks
    LANGUAGE sql STABLE
    AS $$
         select m.as_of, m.window_start, m.window_end, r.scope, r.property_id, r.property_name, r.week_start, r.timezone, r.weeks_ago, r.complete, r.metric, r.basis, r.numerator, r.denominator, r.value
         from measurement m
         join metric_weeks_revision r on r.since <= m.as_of and m.as_of < r.until
         where m.as_of = (select max(as_of) from measurement where as_of <= instant)
       $$;

COMMENT ON FUNCTION public.metric_weeks_at(instant timestamp with time zone) IS 'metric_weeks as the newest measurement at or before an instant published it';

CREATE FUNCTION public.notification_mailbox(channel text, address text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $_$
  select case channel
    when 'email' then lower(address)
    when 'slack' then coalesce(
      lower(substring(address from '^[^/]*//[^/?]*')) || substring(address from '^[^/]*//[^/?]*(.*)$'),
      address,
      '')
    else address
  end
$_$;

COMMENT ON FUNCTION public.notification_mailbox(channel text, address text) IS 'What two addresses of one channel have in common where they reach the same person: an email address in small letters; a webhook of Slack with its host in small letters, empty for the configured one';

CREATE FUNCTION public.publish_figures(name text, instant timestamp with time zone) RETURNS bigint
    LANGUAGE plpgsql
    AS $_$
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
$_$;

COMMENT ON FUNCTION public.publish_figures(name text, instant timestamp with time zone) IS 'For measuring: publishes the temporary table metric_<name> as of an instant; gives the rows that began or ended';

CREATE FUNCTION public.revision_stays() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
begin
  if tg_op = 'UPDATE' and tg_nargs = 1 and current_user = 'status_sync_eraser'
    and to_jsonb(new) - tg_argv[0] = to_jsonb(old) - tg_argv[0]
    and exists (
      select from erasure
      where id::text = substring(
        to_jsonb(new) ->> tg_argv[0] from '^erased ([0-9]+)([.][1-9][0-9]*)?$'))
  then
    return new;
  end if;
  raise exception 'figures of % were published: % refused', tg_table_name, tg_op
    using errcode = 'restrict_violation',
      hint = 'A measurement ends revisions and begins others.';
end
$_$;

CREATE FUNCTION public.status_allows(old_status text, new_status text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select coalesce(case old_status
    when 'new' then new_status in ('contacted', 'qualified', 'lost')
    when 'contacted' then new_status in ('qualified', 'tour_scheduled', 'lost')
    when 'qualified' then new_status in ('tour_scheduled', 'application', 'lost')
    when 'tour_scheduled' then new_status in ('application', 'leased', 'lost')
    when 'application' then new_status in ('leased', 'lost')
  end, false)
$$;

COMMENT ON FUNCTION public.status_allows(old_status text, new_status text) IS 'Whether the transition rules allow the move';

CREATE FUNCTION public.status_rank(status text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select case status
    when 'new' then 0 when 'contacted' then 1 when 'qualified' then 2
    when 'tour_scheduled' then 3 when 'application' then 4 when 'leased' then 5
  end
$$;

COMMENT ON FUNCTION public.status_rank(status text) IS 'Place in the funnel, 0 new to 5 leased; null for lost and unknown';

CREATE FUNCTION public.status_sync_grant(privileges text, relation regclass, role_name text) RETURNS void
    LANGUAGE plpgsql
    AS $$
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

COMMENT ON FUNCTION public.status_sync_grant(privileges text, relation regclass, role_name text) IS 'For migrations: a new table is granted by name, because the schema may hold DomIQ''s own tables';

CREATE FUNCTION public.status_sync_log_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
declare
  erased status_sync_log;
begin
  if tg_op = 'UPDATE' and current_user = 'status_sync_eraser' then
    erased := old;
    erased.status_reason := erased_reason(old.status_reason);
    erased.context_data := erased_context(old.context_data);
    if to_jsonb(new) = to_jsonb(erased) and exists (
      select from erasure
      where erasure.resman_lead_id = old.resman_lead_id
        or old.resman_lead_id is null and old.conversation_id = any(erasure.conversation_ids))
    then
      return new;
    end if;
  elsif tg_op = 'UPDATE' then
    if old.sync_status = 'pending' and new.sync_status in ('success', 'failed')
      and (new.id, new.seq, new.resman_lead_id, new.old_status, new.new_status, new.updated_by,
           new.sync_direction, new.property_id, new.run_id, new.created_at, new.bridged)
        is not distinct from
          (old.id, old.seq, old.resman_lead_id, old.old_status, old.new_status, old.updated_by,
           old.sync_direction, old.property_id, old.run_id, old.created_at, old.bridged)
    then
      return new;
    end if;
  end if;
  raise exception 'status_sync_log is append-only: % refused', tg_op
    using errcode = 'restrict_violation',
      hint = 'A row may go from pending to success or failed, once.';
end
$$;

CREATE FUNCTION public.wilson_high(k double precision, n double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select case
    when n > 0 and k = n then 1
    when n > 0 and k >= 0 and k < n then
      ((k / n + 3.8414588206941254 / (2 * n))
        + 1.959963984540054
          * sqrt(k / n * (1 - k / n) / n + 3.8414588206941254 / (4 * n * n)))
      / (1 + 3.8414588206941254 / n)
  end
$$;

COMMENT ON FUNCTION public.wilson_high(k double precision, n double precision) IS 'Upper end of the 95 % Wilson interval of k of n; null for n = 0, and where k is less than 0 or more than n';

CREATE FUNCTION public.wilson_low(k double precision, n double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select case
    when n > 0 and k = 0 then 0
    when n > 0 and k > 0 and k <= n then
      ((k / n + 3.8414588206941254 / (2 * n))
        - 1.959963984540054
          * sqrt(k / n * (1 - k / n) / n + 3.8414588206941254 / (4 * n * n)))
      / (1 + 3.8414588206941254 / n)
  end
$$;

COMMENT ON FUNCTION public.wilson_low(k double precision, n double precision) IS 'Lower end of the 95 % Wilson interval of k of n; null for n = 0, and where k is less than 0 or more than n';

CREATE TABLE public.api_key (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name character varying(100) NOT NULL,
    key_hash text NOT NULL,
    hint character varying(12) NOT NULL,
    updated_by character varying(100) NOT NULL,
    properties uuid[],
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT api_key_updated_by_check CHECK (((updated_by)::text = ANY ((ARRAY['chatbot'::character varying, 'resman_user'::character varying, 'system'::character varying])::text[])))
);

COMMENT ON TABLE public.api_key IS 'One caller of the live API';

COMMENT ON COLUMN public.api_key.key_hash IS 'SHA-256 of the key in hexadecimal: it has 256 random bits, so nothing slower is needed';

COMMENT ON COLUMN public.api_key.hint IS 'The first characters of the key, to tell keys apart';

COMMENT ON COLUMN public.api_key.updated_by IS 'The only updated_by that this caller may write';

COMMENT ON COLUMN public.api_key.properties IS 'What the caller sees; null: every property';

CREATE TABLE public.conversation (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id uuid,
    status character varying(50),
    lead_name text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    resman_lead_id character varying(100)
);

CREATE TABLE public.conversation_context (
    conversation_id uuid NOT NULL,
    property_id uuid,
    current_status character varying(50) NOT NULL,
    status_reason text,
    last_status_update timestamp with time zone NOT NULL,
    status_updated_by character varying(100) NOT NULL
);

COMMENT ON TABLE public.conversation_context IS 'Status of a conversation''s lead as its chat should see it';

CREATE TABLE public.daily_revision (
    property_id uuid,
    day date NOT NULL,
    direction text,
    updated_by text,
    revised_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE public.daily_revision IS 'A closed day whose count a late row or a repair changed; not derivable, so kept';

COMMENT ON COLUMN public.daily_revision.revised_at IS 'as_of of the measurement that changed it last';

CREATE TABLE public.lead (
    resman_lead_id character varying(100) NOT NULL,
    property_id uuid,
    conversation_id uuid,
    base character varying(50),
    base_seq bigint,
    base_at timestamp with time zone,
    base_domiq_version text,
    base_resman_version text,
    domiq_raw text,
    domiq character varying(50),
    domiq_version text,
    resman_raw text,
    resman character varying(50),
    resman_version text,
    lead_score double precision,
    fields smallint DEFAULT 0 NOT NULL,
    last_sent_at timestamp with time zone,
    base_bridged boolean DEFAULT false NOT NULL,
    domiq_agreed character varying(50),
    resman_agreed character varying(50),
    resman_acknowledged boolean DEFAULT false NOT NULL
);

COMMENT ON TABLE public.lead IS 'Current state of one lead; derived from the log and the last sightings';

COMMENT ON COLUMN public.lead.base IS 'Status both sides last agreed on: new_status of the last success row of the log';

COMMENT ON COLUMN public.lead.fields IS 'What either record has: 1 email, 2 phone, 4 tour_datetime, 8 income_verification';

COMMENT ON COLUMN public.lead.last_sent_at IS 'When a change of this lead was last sent; the settle window counts from it';

COMMENT ON COLUMN public.lead.base_bridged IS 'The base is a step of a push that stopped half-way, or a correction: the two sides did not agree on it';

COMMENT ON COLUMN public.lead.domiq_agreed IS 'Status of the last base that DomIQ was seen to hold, where its last sighting is not the base; where a change by day gave the first base: what DomIQ showed then; null: not known';

COMMENT ON COLUMN public.lead.resman_agreed IS 'Status of the last base that ResMan was seen to hold, where its last sighting is not the base; null: not known';

COMMENT ON COLUMN public.lead.resman_acknowledged IS 'resman is what ResMan acknowledged by day; it has yet to be seen to hold it';

CREATE TABLE public.lead_description (
    resman_lead_id character varying(100) NOT NULL,
    system text NOT NULL,
    told text NOT NULL,
    version_at timestamp with time zone,
    source text,
    lost_reason text,
    agent_id text,
    agent_name text,
    tour_status text,
    last_contact_at timestamp with time zone,
    first_contact_at timestamp with time zone,
    source_since timestamp with time zone,
    lost_reason_since timestamp with time zone,
    agent_id_since timestamp with time zone,
    agent_name_since timestamp with time zone,
    tour_status_since timestamp with time zone,
    last_contact_since timestamp with time zone,
    first_contact_since timestamp with time zone,
    CONSTRAINT lead_description_system_check CHECK ((system = ANY (ARRAY['domiq'::text, 'resman'::text]))),
    CONSTRAINT lead_description_tour_status_check CHECK ((tour_status = ANY (ARRAY['booked'::text, 'showed'::text, 'cancelled'::text, 'no_show'::text])))
);

COMMENT ON TABLE public.lead_description IS 'What one system last told of one lead beside its status; it makes no drift';

COMMENT ON COLUMN public.lead_description.told IS 'The fields of the last record that told any, in the order source, lost_reason, agent_id, agent_name, tour_status, last_contact_at, first_contact_at, parted by U+001F; what the next record is compared with';

COMMENT ON COLUMN public.lead_description.version_at IS 'updated_at of that record; null: it had none that is a time, or one from the future';

COMMENT ON COLUMN public.lead_description.source IS 'Where the lead came from first; null: not known';

COMMENT ON COLUMN public.lead_description.lost_reason IS 'Why it was lost; null: not known';

COMMENT ON COLUMN public.lead_description.agent_id IS 'The staff member in charge; null: not known';

COMMENT ON COLUMN public.lead_description.agent_name IS 'The staff member''s name; null: not known';

COMMENT ON COLUMN public.lead_description.tour_status IS 'booked, showed, cancelled or no_show; null: not known';

COMMENT ON COLUMN public.lead_description.last_contact_at IS 'The last contact with the prospect; null: not known';

COMMENT ON COLUMN public.lead_description.first_contact_at IS 'When somebody first answered; null: not known';

COMMENT ON COLUMN public.lead_description.source_since IS 'updated_at of the record that first told the value, not later than the run that read it; null: source is not known';

CREATE VIEW public.described_lead AS
 SELECT l.resman_lead_id,
    l.property_id,
    COALESCE(r.source, d.source) AS source,
    COALESCE(r.lost_reason, d.lost_reason) AS lost_reason,
        CASE
            WHEN (r.lost_reason IS NOT NULL) THEN r.lost_reason_since
            ELSE d.lost_reason_since
        END AS lost_reason_since,
        CASE
            WHEN ((r.agent_id IS NOT NULL) OR (r.agent_name IS NOT NULL)) THEN r.agent_id
            ELSE d.agent_id
        END AS agent_id,
        CASE
            WHEN ((r.agent_id IS NOT NULL) OR (r.agent_name IS NOT NULL)) THEN r.agent_name
            ELSE d.agent_name
        END AS agent_name,
        CASE
            WHEN (r.tour_status = 'booked'::text) THEN COALESCE(d.tour_status, 'booked'::text)
            ELSE COALESCE(r.tour_status, d.tour_status)
        END AS tour_status,
        CASE
            WHEN ((r.tour_status IS NULL) OR ((r.tour_status = 'booked'::text) AND (d.tour_status <> 'booked'::text))) THEN d.tour_status_since
            ELSE r.tour_status_since
        END AS tour_status_since,
    GREATEST(r.last_contact_at, d.last_contact_at) AS last_contact_at,
    LEAST(r.first_contact_at, d.first_contact_at) AS first_contact_at
   FROM ((public.lead l
     LEFT JOIN public.lead_description r ON ((((r.resman_lead_id)::text = (l.resman_lead_id)::text) AND (r.system = 'resman'::text))))
     LEFT JOIN public.lead_description d ON ((((d.resman_lead_id)::text = (l.resman_lead_id)::text) AND (d.system = 'domiq'::text))));

COMMENT ON VIEW public.described_lead IS 'One lead with what both systems told of it beside its status; null: not known';

CREATE TABLE public.drift (
    run_id uuid NOT NULL,
    property_id uuid,
    resman_lead_id character varying(100) NOT NULL,
    conversation_id uuid,
    base character varying(50),
    domiq_raw text,
    domiq character varying(50),
    resman_raw text,
    resman character varying(50),
    verdict text NOT NULL,
    rule integer NOT NULL,
    action text NOT NULL,
    target character varying(50),
    hops text[] DEFAULT '{}'::text[] NOT NULL,
    irregular boolean DEFAULT false NOT NULL,
    cause text,
    outcome text,
    reason text,
    domiq_version text,
    resman_version text,
    planned jsonb,
    CONSTRAINT drift_action_check CHECK ((action = ANY (ARRAY['none'::text, 'log'::text, 'push'::text, 'pull'::text, 'review'::text]))),
    CONSTRAINT drift_cause_check CHECK ((cause = ANY (ARRAY['push_failed'::text, 'push_unknown'::text, 'webhook_missed'::text, 'staff_edit'::text, 'mapping_gap'::text, 'phantom'::text, 'unknown'::text]))),
    CONSTRAINT drift_outcome_check CHECK ((outcome = ANY (ARRAY['verified'::text, 'failed'::text, 'stale'::text, 'held'::text, 'parked'::text, 'deferred'::text, 'unknown'::text, 'not_written'::text]))),
    CONSTRAINT drift_verdict_check CHECK ((verdict = ANY (ARRAY['unread'::text, 'unsettled'::text, 'unmapped'::text, 'missing_in_resman'::text, 'resman_only'::text, 'in_sync'::text, 'baseline'::text, 'unlogged'::text, 'unbased'::text, 'phantom'::text, 'domiq_ahead'::text, 'domiq_regressed'::text, 'resman_moved'::text, 'conflict'::text])))
);

COMMENT ON TABLE public.drift IS 'One lead that was not in sync in one run';

COMMENT ON COLUMN public.drift.run_id IS 'The run';

COMMENT ON COLUMN public.drift.property_id IS 'The property; null: not known';

COMMENT ON COLUMN public.drift.resman_lead_id IS 'The lead';

COMMENT ON COLUMN public.drift.conversation_id IS 'The conversation that speaks for DomIQ; null: none is known';

COMMENT ON COLUMN public.drift.base IS 'Status both sides last agreed on; null: they never agreed';

COMMENT ON COLUMN public.drift.domiq_raw IS 'Status as DomIQ printed it; null: DomIQ did not show the lead';

COMMENT ON COLUMN public.drift.domiq IS 'The same as a canonical status; null: not shown, or outside the vocabulary';

COMMENT ON COLUMN public.drift.resman_raw IS 'Status as ResMan printed it; null: ResMan did not show the lead';

COMMENT ON COLUMN public.drift.resman IS 'The same as a canonical status; null: not shown, or outside the vocabulary';

COMMENT ON COLUMN public.drift.verdict IS 'The class the drift fell into';

COMMENT ON COLUMN public.drift.rule IS 'Number of the rule that gave the verdict, 1 to 15';

COMMENT ON COLUMN public.drift.action IS 'none, log, push, pull or review';

COMMENT ON COLUMN public.drift.target IS 'Status both sides were to hold; null: nothing was planned';

COMMENT ON COLUMN public.drift.hops IS 'Statuses to write, in order; null: nothing to write';

COMMENT ON COLUMN public.drift.irregular IS 'Whether staff moved outside the transition rules';

COMMENT ON COLUMN public.drift.cause IS 'What the log proves of why the two sides differ: push_failed, push_unknown, webhook_missed, staff_edit, mapping_gap or phantom; else unknown; null: the run is older than causes';

COMMENT ON COLUMN public.drift.outcome IS 'How the repair ended: verified, failed, stale, held, parked, deferred, unknown or not_written; null: no repair was planned, or it has not ended';

COMMENT ON COLUMN public.drift.reason IS 'The verdict or the outcome in words; null: nothing to add';

COMMENT ON COLUMN public.drift.planned IS 'verdict, rule, action, target and hops as planned, where the repair found the lead unreadable and they were withdrawn; else null';

CREATE TABLE public.drift_alarm (
    run_id uuid NOT NULL,
    property_id uuid NOT NULL,
    property_name text,
    as_of timestamp with time zone NOT NULL,
    leads bigint NOT NULL,
    drifted bigint NOT NULL,
    rate double precision,
    nights integer NOT NULL,
    expected_rate double precision,
    p_value double precision,
    q_value double precision,
    cusum double precision,
    verdict text NOT NULL,
    CONSTRAINT drift_alarm_verdict_check CHECK ((verdict = ANY (ARRAY['insufficient_history'::text, 'quiet'::text, 'jump'::text, 'leak'::text])))
);

COMMENT ON TABLE public.drift_alarm IS 'Drift of one property in one run against its own history';

COMMENT ON COLUMN public.drift_alarm.run_id IS 'The run';

COMMENT ON COLUMN public.drift_alarm.property_id IS 'The property';

COMMENT ON COLUMN public.drift_alarm.property_name IS 'Its name; null: not known';

COMMENT ON COLUMN public.drift_alarm.as_of IS 'The instant of the run';

COMMENT ON COLUMN public.drift_alarm.leads IS 'Leads known on both sides';

COMMENT ON COLUMN public.drift_alarm.drifted IS 'Those found apart for the first time: not asked about before, nor left over';

COMMENT ON COLUMN public.drift_alarm.rate IS 'drifted / leads, before repair; null: there is no lead';

COMMENT ON COLUMN public.drift_alarm.nights IS 'Earlier complete nights it is compared with';

COMMENT ON COLUMN public.drift_alarm.expected_rate IS 'Rate of the reference nights; null: fewer than 14 nights';

COMMENT ON COLUMN public.drift_alarm.p_value IS 'Beta-binomial probability of as many or more drifted leads; null: fewer than 14 nights';

COMMENT ON COLUMN public.drift_alarm.q_value IS 'The same after Benjamini-Hochberg over the properties of the run; null: fewer than 14 nights';

COMMENT ON COLUMN public.drift_alarm.cusum IS 'One-sided cumulative sum of standardised excess, for slow leaks; null: fewer than 14 nights';

COMMENT ON COLUMN public.drift_alarm.verdict IS 'insufficient_history below 14 nights; jump: q_value at most 0.05; leak: cusum above 5; else quiet';

CREATE UNLOGGED TABLE public.entry_kind (
    id integer NOT NULL,
    status text NOT NULL,
    updated_by text,
    sync_direction text,
    legal boolean NOT NULL,
    continuous boolean NOT NULL
);

COMMENT ON TABLE public.entry_kind IS 'One way in which stays began; stays.entries names it by number';

COMMENT ON COLUMN public.entry_kind.id IS 'Consecutive from 0';

COMMENT ON COLUMN public.entry_kind.status IS 'Status as logged';

COMMENT ON COLUMN public.entry_kind.updated_by IS 'Who made the change; null where nobody is named, or the history starts later';

COMMENT ON COLUMN public.entry_kind.sync_direction IS 'Direction of the log row; null where it has none, or the history starts later';

COMMENT ON COLUMN public.entry_kind.legal IS 'The log row follows the transition rules; true for a creation';

COMMENT ON COLUMN public.entry_kind.continuous IS 'Its old status was the new status of the row before; true for a first row';

CREATE TABLE public.erasure (
    id bigint NOT NULL,
    resman_lead_id character varying(100) NOT NULL,
    conversation_ids uuid[] NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    erased_by text NOT NULL,
    reason text NOT NULL,
    removed jsonb DEFAULT '{}'::jsonb NOT NULL,
    reworded text[] DEFAULT '{}'::text[] NOT NULL
);

COMMENT ON TABLE public.erasure IS 'One erasure of one lead: what was personal of it is gone, and nothing but its statuses is stored again';

COMMENT ON COLUMN public.erasure.resman_lead_id IS 'The lead''s id in ResMan, its pseudonym from then on';

COMMENT ON COLUMN public.erasure.conversation_ids IS 'Its conversations in DomIQ';

COMMENT ON COLUMN public.erasure.erased_at IS 'When it was erased';

COMMENT ON COLUMN public.erasure.erased_by IS 'Who erased it: --by, else the account that ran the command';

COMMENT ON COLUMN public.erasure.reason IS 'Why, as given; no name belongs in it';

COMMENT ON COLUMN public.erasure.removed IS 'Rows that were emptied, by table';

COMMENT ON COLUMN public.erasure.reworded IS 'Files of earlier reports that would be written with other words now: the person''s own stood in them';

ALTER TABLE public.erasure ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.erasure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.follow_up (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id uuid,
    execution_id uuid NOT NULL,
    resman_lead_id character varying(100),
    conversation_id uuid,
    status character varying(50) NOT NULL,
    note text,
    assigned_to text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    state character varying(10) DEFAULT 'scheduled'::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT follow_up_check CHECK ((((state)::text = 'scheduled'::text) = (finished_at IS NULL))),
    CONSTRAINT follow_up_state_check CHECK (((state)::text = ANY ((ARRAY['scheduled'::character varying, 'reminded'::character varying, 'moot'::character varying])::text[])))
);

COMMENT ON TABLE public.follow_up IS 'One reminder to look at a lead again, made by a workflow action';

COMMENT ON COLUMN public.follow_up.status IS 'The status the lead was in when it was scheduled';

COMMENT ON COLUMN public.follow_up.state IS 'scheduled: waits for due_at; reminded: assigned_to was notified; moot: the lead had moved on by then';

CREATE TABLE public.status_sync_log (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    conversation_id uuid,
    resman_lead_id character varying(100),
    old_status character varying(50),
    new_status character varying(50),
    status_reason text,
    updated_by character varying(100),
    sync_direction character varying(20),
    sync_status character varying(50),
    context_data jsonb,
    created_at timestamp with time zone DEFAULT now(),
    seq bigint NOT NULL,
    property_id uuid,
    run_id uuid,
    occurred_at timestamp with time zone,
    synced_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    failure text,
    resman_version text,
    domiq_version text,
    bridged boolean DEFAULT false NOT NULL,
    irregular boolean DEFAULT false NOT NULL,
    notify boolean,
    CONSTRAINT status_sync_log_new_status_check CHECK (((new_status)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'tour_scheduled'::character varying, 'application'::character varying, 'leased'::character varying, 'lost'::character varying])::text[]))),
    CONSTRAINT status_sync_log_old_status_check CHECK (((old_status)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'tour_scheduled'::character varying, 'application'::character varying, 'leased'::character varying, 'lost'::character varying])::text[]))),
    CONSTRAINT status_sync_log_sync_direction_check CHECK (((sync_direction)::text = ANY ((ARRAY['to_resman'::character varying, 'from_resman'::character varying])::text[]))),
    CONSTRAINT status_sync_log_sync_status_check CHECK (((sync_status)::text = ANY ((ARRAY['pending'::character varying, 'success'::character varying, 'failed'::character varying])::text[]))),
    CONSTRAINT status_sync_log_updated_by_check CHECK (((updated_by)::text = ANY ((ARRAY['chatbot'::character varying, 'resman_user'::character varying, 'system'::character varying])::text[])))
);

COMMENT ON TABLE public.status_sync_log IS 'One status change of one lead; append-only';

COMMENT ON COLUMN public.status_sync_log.id IS 'The intent id: Idempotency-Key of the PUT, context_data.intent_id of the webhook';

COMMENT ON COLUMN public.status_sync_log.seq IS 'Order of arrival in this log';

COMMENT ON COLUMN public.status_sync_log.occurred_at IS 'When the change happened at its source';

COMMENT ON COLUMN public.status_sync_log.synced_at IS 'When the other side was known to hold it';

COMMENT ON COLUMN public.status_sync_log.failure IS 'Why a failed row failed; unknown and superseded: the change may have been applied';

COMMENT ON COLUMN public.status_sync_log.resman_version IS 'updated_at as ResMan printed it with this agreement';

COMMENT ON COLUMN public.status_sync_log.domiq_version IS 'updated_at as DomIQ printed it with this agreement';

COMMENT ON COLUMN public.status_sync_log.bridged IS 'A hop nobody made; metrics do not count it as a visit';

COMMENT ON COLUMN public.status_sync_log.irregular IS 'A staff move outside the transition rules';

COMMENT ON COLUMN public.status_sync_log.notify IS 'trigger_notifications of a live request; null for a night''s change, which follows the policy';

CREATE VIEW public.history_change AS
 SELECT status_sync_log.id,
    status_sync_log.resman_lead_id,
    status_sync_log.old_status,
    status_sync_log.new_status,
    status_sync_log.status_reason,
    status_sync_log.updated_by,
    status_sync_log.context_data,
    COALESCE(
        CASE
            WHEN isfinite(status_sync_log.created_at) THEN status_sync_log.created_at
            ELSE NULL::timestamp with time zone
        END,
        CASE
            WHEN isfinite(status_sync_log.occurred_at) THEN status_sync_log.occurred_at
            ELSE NULL::timestamp with time zone
        END) AS created_at,
    status_sync_log.seq
   FROM public.status_sync_log
  WHERE (((status_sync_log.sync_status)::text = 'success'::text) AND ((status_sync_log.new_status)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'tour_scheduled'::character varying, 'application'::character varying, 'leased'::character varying, 'lost'::character varying])::text[])) AND ((status_sync_log.old_status IS NULL) OR ((status_sync_log.old_status)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'tour_scheduled'::character varying, 'application'::character varying, 'leased'::character varying, 'lost'::character varying])::text[]))));

COMMENT ON VIEW public.history_change IS 'One row of status_sync_log that a lead''s history shows: it took effect, in words of the vocabulary';

CREATE TABLE public.idempotency (
    api_key_id uuid NOT NULL,
    key text NOT NULL,
    property_id uuid,
    request_digest text NOT NULL,
    intent_id uuid NOT NULL,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    status integer,
    body text
);

COMMENT ON TABLE public.idempotency IS 'The first answer to a request, given again when the request comes again';

COMMENT ON COLUMN public.idempotency.request_digest IS 'SHA-256 of method, path and body';

COMMENT ON COLUMN public.idempotency.intent_id IS 'Log row, or other row, that the request makes: how a later request finds out what became of it';

COMMENT ON COLUMN public.idempotency.status IS 'HTTP status of the answer; null while there is none';

COMMENT ON COLUMN public.idempotency.body IS 'The answer, to the byte: JSON';

CREATE TABLE public.job_lock (
    name text NOT NULL,
    key bigint NOT NULL,
    pid integer,
    backend_start timestamp with time zone,
    taken_at timestamp with time zone,
    CONSTRAINT job_lock_name_check CHECK ((name = ANY (ARRAY['run'::text, 'measurement'::text])))
);

COMMENT ON TABLE public.job_lock IS 'One lock: run (one writer) or measurement (one at a time), held as an advisory lock';

COMMENT ON COLUMN public.job_lock.key IS 'Key of the advisory lock; another one as soon as somebody else holds it';

COMMENT ON COLUMN public.job_lock.pid IS 'Backend of the session that took it last; null: nobody yet';

COMMENT ON COLUMN public.job_lock.backend_start IS 'When that session began: tells it from a later one with the same pid';

COMMENT ON COLUMN public.job_lock.taken_at IS 'When it was taken last';

CREATE TABLE public.lead_link (
    conversation_id uuid NOT NULL,
    resman_lead_id character varying(100) NOT NULL,
    property_id uuid NOT NULL,
    how text NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    by text NOT NULL,
    evidence text,
    CONSTRAINT lead_link_how_check CHECK ((how = ANY (ARRAY['column'::text, 'email'::text, 'phone'::text, 'person'::text])))
);

COMMENT ON TABLE public.lead_link IS 'One conversation of DomIQ and its card in ResMan, where DomIQ names none; never undone by the program';

COMMENT ON COLUMN public.lead_link.conversation_id IS 'The conversation in DomIQ';

COMMENT ON COLUMN public.lead_link.resman_lead_id IS 'The lead''s id in ResMan';

COMMENT ON COLUMN public.lead_link.property_id IS 'The property in ResMan that both are of';

COMMENT ON COLUMN public.lead_link.how IS 'What connects them: column (named by DomIQ), email, phone (unique on both sides), or person';

COMMENT ON COLUMN public.lead_link.linked_at IS 'When the link was made';

COMMENT ON COLUMN public.lead_link.by IS 'Who made it: night, or the person';

COMMENT ON COLUMN public.lead_link.evidence IS 'The contacts that both have, masked; null: a person decided without one, or the lead was erased';

CREATE TABLE public.lead_score_change (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id uuid,
    execution_id uuid NOT NULL,
    resman_lead_id character varying(100) NOT NULL,
    old_score double precision,
    new_score double precision NOT NULL,
    delta double precision NOT NULL,
    reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT lead_score_change_new_score_check CHECK (((new_score >= (0)::double precision) AND (new_score <= (100)::double precision)))
);

COMMENT ON TABLE public.lead_score_change IS 'One change that a workflow action made to a lead''s score. It stays ours: neither system has a way to be told, so a lead''s score is the one last seen plus the sum of delta, within 0 and 100';

COMMENT ON COLUMN public.lead_score_change.old_score IS 'null: no score was known; delta counts from 0 then';

CREATE TABLE public.lead_task (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id uuid,
    execution_id uuid NOT NULL,
    resman_lead_id character varying(100),
    conversation_id uuid,
    title text NOT NULL,
    description text,
    assigned_to text,
    priority character varying(6) NOT NULL,
    due_at timestamp with time zone,
    state character varying(10) DEFAULT 'open'::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT lead_task_check CHECK ((((state)::text = 'open'::text) = (finished_at IS NULL))),
    CONSTRAINT lead_task_priority_check CHECK (((priority)::text = ANY ((ARRAY['low'::character varying, 'medium'::character varying, 'high'::character varying, 'urgent'::character varying])::text[]))),
    CONSTRAINT lead_task_state_check CHECK (((state)::text = ANY ((ARRAY['open'::character varying, 'done'::character varying, 'cancelled'::character varying])::text[])))
);

COMMENT ON TABLE public.lead_task IS 'One task for the on-site team, made by a workflow action';

CREATE UNLOGGED TABLE public.measured_state (
    one boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    as_of timestamp with time zone NOT NULL,
    watermark bigint NOT NULL,
    CONSTRAINT measured_state_one_check CHECK (one)
);

COMMENT ON TABLE public.measured_state IS 'The one row that says up to where stays and rollup tell of the log';

COMMENT ON COLUMN public.measured_state.version IS 'Of the rules by which they were computed; others compute again';

COMMENT ON COLUMN public.measured_state.as_of IS 'Rows that occurred later are left out of stays';

COMMENT ON COLUMN public.measured_state.watermark IS 'Highest seq of the log that they take into account';

CREATE UNLOGGED TABLE public.stays (
    lead text NOT NULL,
    property_id uuid,
    truncated boolean NOT NULL,
    entries integer[] NOT NULL,
    entered_at timestamp with time zone[] NOT NULL,
    noop_at timestamp with time zone[],
    ends_bridged boolean NOT NULL,
    last_at timestamp with time zone NOT NULL,
    open_since timestamp with time zone
);

COMMENT ON TABLE public.stays IS 'The stays of one lead by the change stream, one element of entries and of entered_at each; rebuilt from status_sync_log';

COMMENT ON COLUMN public.stays.lead IS 'resman_lead_id, or the conversation id where the log has no lead id';

COMMENT ON COLUMN public.stays.property_id IS 'Property of the lead''s latest row; null where nothing names one';

COMMENT ON COLUMN public.stays.truncated IS 'The history starts inside the first stay, or the lead was taken over as it was found: counted in distribution only';

COMMENT ON COLUMN public.stays.entries IS 'How each stay began: entry_kind.id';

COMMENT ON COLUMN public.stays.entered_at IS 'When the stay began; of a truncated first stay when the lead was first found in it, null where only its end is known';

COMMENT ON COLUMN public.stays.noop_at IS 'When each log row came that set the status the lead had; null: none';

COMMENT ON COLUMN public.stays.ends_bridged IS 'The lead''s latest row is a bridged hop, which no stay tells of';

COMMENT ON COLUMN public.stays.last_at IS 'When the lead''s latest row came, bridged hops apart';

COMMENT ON COLUMN public.stays.open_since IS 'When the lead came into the status that it has, if that is neither leased nor lost; null else, and where it is not known';

CREATE VIEW public.lead_times AS
 SELECT ( SELECT measured_state.as_of
           FROM public.measured_state) AS as_of,
    stays.property_id,
    stays.lead AS resman_lead_id,
    lead.conversation_id,
    course.status,
        CASE
            WHEN (NOT stays.truncated) THEN stays.entered_at[1]
            ELSE NULL::timestamp with time zone
        END AS created_at,
        CASE
            WHEN ((NOT stays.truncated) OR (cardinality(stays.entries) > 1)) THEN stays.entered_at[cardinality(stays.entries)]
            ELSE NULL::timestamp with time zone
        END AS status_since,
    course.contacted_at,
    course.qualified_at,
    course.tour_scheduled_at,
    course.application_at,
    course.leased_at,
    course.lost_at,
    (cardinality(stays.entries) - 1) AS changes,
    (NOT stays.truncated) AS is_whole,
    known.source
   FROM (((public.stays
     LEFT JOIN public.lead ON (((lead.resman_lead_id)::text = stays.lead)))
     LEFT JOIN public.described_lead known ON (((known.resman_lead_id)::text = stays.lead)))
     CROSS JOIN LATERAL ( SELECT max(kind.status) FILTER (WHERE (stay.place = cardinality(stays.entries))) AS status,
            (array_agg(stay.entered_at ORDER BY stay.place) FILTER (WHERE (kind.status = 'contacted'::text)))[1] AS contacted_at,
            (array_agg(stay.entered_at ORDER BY stay.place) FILTER (WHERE (kind.status = 'qualified'::text)))[1] AS qualified_at,
            (array_agg(stay.entered_at ORDER BY stay.place) FILTER (WHERE (kind.status = 'tour_scheduled'::text)))[1] AS tour_scheduled_at,
            (array_agg(stay.entered_at ORDER BY stay.place) FILTER (WHERE (kind.status = 'application'::text)))[1] AS application_at,
            (array_agg(stay.entered_at ORDER BY stay.place) FILTER (WHERE (kind.status = 'leased'::text)))[1] AS leased_at,
            (array_agg(stay.entered_at ORDER BY stay.place) FILTER (WHERE (kind.status = 'lost'::text)))[1] AS lost_at
           FROM (UNNEST(stays.entries,
                CASE
                    WHEN stays.truncated THEN (ARRAY[NULL::timestamp with time zone] || stays.entered_at[2:])
                    ELSE stays.entered_at
                END) WITH ORDINALITY stay(entry, entered_at, place)
             JOIN public.entry_kind kind ON ((kind.id = stay.entry)))) course);

COMMENT ON VIEW public.lead_times IS 'One lead that the log tells of, with the times of its statuses, as of the newest measurement';

COMMENT ON COLUMN public.lead_times.as_of IS 'The instant the row is pinned to; nothing later is counted';

COMMENT ON COLUMN public.lead_times.property_id IS 'The property; null: not known';

COMMENT ON COLUMN public.lead_times.resman_lead_id IS 'The lead, by id; the conversation''s where the log has no other';

COMMENT ON COLUMN public.lead_times.conversation_id IS 'The conversation that speaks for DomIQ; null: none is known';

COMMENT ON COLUMN public.lead_times.status IS 'Status at as_of, as logged';

COMMENT ON COLUMN public.lead_times.created_at IS 'When it was created; null: the history starts later';

COMMENT ON COLUMN public.lead_times.status_since IS 'Since when it has the status; null: the history starts later';

COMMENT ON COLUMN public.lead_times.contacted_at IS 'When it first entered contacted; null: it never did, or before the history';

COMMENT ON COLUMN public.lead_times.qualified_at IS 'When it first entered qualified; null: it never did, or before the history';

COMMENT ON COLUMN public.lead_times.tour_scheduled_at IS 'When it first entered tour_scheduled; null: it never did, or before the history';

COMMENT ON COLUMN public.lead_times.application_at IS 'When it first entered application; null: it never did, or before the history';

COMMENT ON COLUMN public.lead_times.leased_at IS 'When it first entered leased; null: it never did, or before the history';

COMMENT ON COLUMN public.lead_times.lost_at IS 'When it was first lost; null: it never was, or before the history';

COMMENT ON COLUMN public.lead_times.changes IS 'Changes of its status since its creation, or since the history starts';

COMMENT ON COLUMN public.lead_times.is_whole IS 'Whether it is known from its creation: only such leads are in funnels and times';

COMMENT ON COLUMN public.lead_times.source IS 'Where it came from first, as last told; null: not known';

CREATE TABLE public.link_proposal (
    conversation_id uuid NOT NULL,
    resman_lead_id character varying(100) NOT NULL,
    property_id uuid NOT NULL,
    how text NOT NULL,
    evidence text NOT NULL,
    obstacle text,
    seen_at timestamp with time zone NOT NULL,
    CONSTRAINT link_proposal_how_check CHECK ((how = ANY (ARRAY['email'::text, 'phone'::text])))
);

COMMENT ON TABLE public.link_proposal IS 'One card that may be the one of a conversation, as the last comparison of the property''s contacts found';

COMMENT ON COLUMN public.link_proposal.conversation_id IS 'The conversation in DomIQ';

COMMENT ON COLUMN public.link_proposal.resman_lead_id IS 'The lead''s id in ResMan';

COMMENT ON COLUMN public.link_proposal.property_id IS 'The property in ResMan that both are of';

COMMENT ON COLUMN public.link_proposal.how IS 'The kind of the contact that both have: email or phone';

COMMENT ON COLUMN public.link_proposal.evidence IS 'The contacts that both have, masked';

COMMENT ON COLUMN public.link_proposal.obstacle IS 'Why it waits for a person (several_cards, several_users, contradiction, card_taken, user_taken); null: the next night links it';

COMMENT ON COLUMN public.link_proposal.seen_at IS 'When the contacts were compared';

CREATE UNLOGGED TABLE public.measured_conversation (
    conversation_id uuid NOT NULL,
    property_id uuid
);

COMMENT ON TABLE public.measured_conversation IS 'The property of one conversation when it was taken for that of log rows that name none';

CREATE UNLOGGED TABLE public.measured_property (
    property_id uuid NOT NULL,
    timezone text NOT NULL
);

COMMENT ON TABLE public.measured_property IS 'The time zone by which the days of one property were counted';

CREATE UNLOGGED TABLE public.measured_waiting (
    seq bigint NOT NULL
);

COMMENT ON TABLE public.measured_waiting IS 'One row of the log up to the watermark that was pending when last measured';

ALTER TABLE public.measurement ALTER COLUMN nth ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.measurement_nth_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE VIEW public.metric_agents_latest AS
 SELECT metric_agents.as_of,
    metric_agents.window_start,
    metric_agents.window_end,
    metric_agents.scope,
    metric_agents.property_id,
    metric_agents.property_name,
    metric_agents.kind,
    metric_agents.agent_id,
    metric_agents.agent_name,
    metric_agents.leads,
    metric_agents.contacted,
    metric_agents.toured,
    metric_agents.leased,
    metric_agents.lost,
    metric_agents.open,
    metric_agents.leased_rate,
    metric_agents.lo95,
    metric_agents.hi95,
    metric_agents.place
   FROM public.metric_agents
  WHERE (metric_agents.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_agents_latest IS 'metric_agents of the newest night';

CREATE VIEW public.metric_alerts_latest AS
 SELECT metric_alerts.as_of,
    metric_alerts.window_start,
    metric_alerts.window_end,
    metric_alerts.scope,
    metric_alerts.property_id,
    metric_alerts.property_name,
    metric_alerts.target,
    metric_alerts.figure,
    metric_alerts.status,
    metric_alerts.value,
    metric_alerts.n,
    metric_alerts.unit,
    metric_alerts.limit_kind,
    metric_alerts.limit_value,
    metric_alerts.baseline,
    metric_alerts.change_percent,
    metric_alerts.min_n,
    metric_alerts.weeks,
    metric_alerts.weeks_missed,
    metric_alerts.verdict
   FROM public.metric_alerts
  WHERE (metric_alerts.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_alerts_latest IS 'metric_alerts of the newest night';

CREATE VIEW public.metric_anomalies_latest AS
 SELECT metric_anomalies.as_of,
    metric_anomalies.window_start,
    metric_anomalies.window_end,
    metric_anomalies.scope,
    metric_anomalies.property_id,
    metric_anomalies.property_name,
    metric_anomalies.metric,
    metric_anomalies.day,
    metric_anomalies.timezone,
    metric_anomalies.observed,
    metric_anomalies.expected,
    metric_anomalies.score,
    metric_anomalies.p_value,
    metric_anomalies.note
   FROM public.metric_anomalies
  WHERE (metric_anomalies.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_anomalies_latest IS 'metric_anomalies of the newest night';

CREATE VIEW public.metric_changes_latest AS
 SELECT metric_changes.as_of,
    metric_changes.window_start,
    metric_changes.window_end,
    metric_changes.scope,
    metric_changes.property_id,
    metric_changes.property_name,
    metric_changes.metric,
    metric_changes.status,
    metric_changes.previous,
    metric_changes.current,
    metric_changes.difference,
    metric_changes.lo95,
    metric_changes.hi95,
    metric_changes.p_value,
    metric_changes.q_value,
    metric_changes.verdict
   FROM public.metric_changes
  WHERE (metric_changes.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_changes_latest IS 'metric_changes of the newest night';

CREATE VIEW public.metric_cohorts_latest AS
 SELECT metric_cohorts.as_of,
    metric_cohorts.window_start,
    metric_cohorts.window_end,
    metric_cohorts.scope,
    metric_cohorts.property_id,
    metric_cohorts.property_name,
    metric_cohorts.grain,
    metric_cohorts.cohort_start,
    metric_cohorts.timezone,
    metric_cohorts.step_order,
    metric_cohorts.status,
    metric_cohorts.maturity,
    metric_cohorts.reached,
    metric_cohorts.visited,
    metric_cohorts.skipped,
    metric_cohorts.overall_rate,
    metric_cohorts.overall_lo95,
    metric_cohorts.overall_hi95,
    metric_cohorts.lost,
    metric_cohorts.open
   FROM public.metric_cohorts
  WHERE (metric_cohorts.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_cohorts_latest IS 'metric_cohorts of the newest night';

CREATE VIEW public.metric_conversion_latest AS
 SELECT metric_conversion.as_of,
    metric_conversion.window_start,
    metric_conversion.window_end,
    metric_conversion.scope,
    metric_conversion.property_id,
    metric_conversion.property_name,
    metric_conversion.status,
    metric_conversion.entered,
    metric_conversion.advanced,
    metric_conversion.lost,
    metric_conversion.open,
    metric_conversion.rate,
    metric_conversion.lo95,
    metric_conversion.hi95,
    metric_conversion.advanced_7d,
    metric_conversion.advanced_30d,
    metric_conversion.advanced_90d
   FROM public.metric_conversion
  WHERE (metric_conversion.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_conversion_latest IS 'metric_conversion of the newest night';

CREATE VIEW public.metric_curves_latest AS
 SELECT metric_curves.as_of,
    metric_curves.window_start,
    metric_curves.window_end,
    metric_curves.scope,
    metric_curves.property_id,
    metric_curves.property_name,
    metric_curves.curve,
    metric_curves.day,
    metric_curves.leads,
    metric_curves.reached,
    metric_curves.waiting,
    metric_curves.probability,
    metric_curves.lo95,
    metric_curves.hi95
   FROM public.metric_curves
  WHERE (metric_curves.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_curves_latest IS 'metric_curves of the newest night';

CREATE VIEW public.metric_daily_latest AS
 SELECT metric_daily.as_of,
    metric_daily.window_start,
    metric_daily.window_end,
    metric_daily.scope,
    metric_daily.property_id,
    metric_daily.property_name,
    metric_daily.day,
    metric_daily.timezone,
    metric_daily.direction,
    metric_daily.updated_by,
    metric_daily.changes,
    metric_daily.creations,
    metric_daily.failed,
    metric_daily.revised_at
   FROM public.metric_daily
  WHERE (metric_daily.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_daily_latest IS 'metric_daily of the newest night';

CREATE VIEW public.metric_data_quality_latest AS
 SELECT metric_data_quality.as_of,
    metric_data_quality.window_start,
    metric_data_quality.window_end,
    metric_data_quality.scope,
    metric_data_quality.property_id,
    metric_data_quality.property_name,
    metric_data_quality.issue,
    metric_data_quality.count,
    metric_data_quality.total,
    metric_data_quality.note
   FROM public.metric_data_quality
  WHERE (metric_data_quality.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_data_quality_latest IS 'metric_data_quality of the newest night';

CREATE VIEW public.metric_delivery_latest AS
 SELECT metric_delivery.as_of,
    metric_delivery.window_start,
    metric_delivery.window_end,
    metric_delivery.scope,
    metric_delivery.property_id,
    metric_delivery.property_name,
    metric_delivery.kind,
    metric_delivery.channel_or_direction,
    metric_delivery.delivered,
    metric_delivery.failed,
    metric_delivery.bounced,
    metric_delivery.expired,
    metric_delivery.pending,
    metric_delivery.suppressed,
    metric_delivery.rate,
    metric_delivery.lo95,
    metric_delivery.hi95,
    metric_delivery.first_attempt_rate
   FROM public.metric_delivery
  WHERE (metric_delivery.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_delivery_latest IS 'metric_delivery of the newest night';

CREATE VIEW public.metric_distribution_latest AS
 SELECT metric_distribution.as_of,
    metric_distribution.window_start,
    metric_distribution.window_end,
    metric_distribution.scope,
    metric_distribution.property_id,
    metric_distribution.property_name,
    metric_distribution.day,
    metric_distribution.timezone,
    metric_distribution.status,
    metric_distribution.leads,
    metric_distribution.created,
    metric_distribution.moved_in,
    metric_distribution.moved_out
   FROM public.metric_distribution
  WHERE (metric_distribution.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_distribution_latest IS 'metric_distribution of the newest night';

CREATE VIEW public.metric_funnel_latest AS
 SELECT metric_funnel.as_of,
    metric_funnel.window_start,
    metric_funnel.window_end,
    metric_funnel.scope,
    metric_funnel.property_id,
    metric_funnel.property_name,
    metric_funnel.step_order,
    metric_funnel.status,
    metric_funnel.maturity,
    metric_funnel.reached,
    metric_funnel.visited,
    metric_funnel.skipped,
    metric_funnel.step_rate,
    metric_funnel.step_lo95,
    metric_funnel.step_hi95,
    metric_funnel.overall_rate,
    metric_funnel.overall_lo95,
    metric_funnel.overall_hi95,
    metric_funnel.lost,
    metric_funnel.open,
    metric_funnel.overall_min,
    metric_funnel.overall_max
   FROM public.metric_funnel
  WHERE (metric_funnel.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_funnel_latest IS 'metric_funnel of the newest night';

CREATE VIEW public.metric_long AS
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('status', figure.status, 'maturity', figure.maturity) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (( SELECT metric_funnel.as_of,
            metric_funnel.window_start,
            metric_funnel.window_end,
            metric_funnel.scope,
            metric_funnel.property_id,
            metric_funnel.property_name,
            metric_funnel.step_order,
            metric_funnel.status,
            metric_funnel.maturity,
            metric_funnel.reached,
            metric_funnel.visited,
            metric_funnel.skipped,
            metric_funnel.step_rate,
            metric_funnel.step_lo95,
            metric_funnel.step_hi95,
            metric_funnel.overall_rate,
            metric_funnel.overall_lo95,
            metric_funnel.overall_hi95,
            metric_funnel.lost,
            metric_funnel.open,
            metric_funnel.overall_min,
            metric_funnel.overall_max,
            min(metric_funnel.reached) OVER (PARTITION BY metric_funnel.as_of, metric_funnel.scope, metric_funnel.property_id, metric_funnel.maturity ORDER BY metric_funnel.step_order RANGE BETWEEN 1 PRECEDING AND 1 PRECEDING) AS before,
            min(metric_funnel.reached) FILTER (WHERE (metric_funnel.step_order = 0)) OVER (PARTITION BY metric_funnel.as_of, metric_funnel.scope, metric_funnel.property_id, metric_funnel.maturity) AS first
           FROM public.metric_funnel) figure
     CROSS JOIN LATERAL ( VALUES ('funnel.reached'::text,figure.reached,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('funnel.visited'::text,figure.visited,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('funnel.skipped'::text,figure.skipped,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('funnel.step_rate'::text,figure.step_rate,figure.reached,
                CASE
                    WHEN (figure.step_rate IS NOT NULL) THEN figure.before
                    ELSE NULL::bigint
                END,figure.step_lo95,figure.step_hi95,'rate'::text), ('funnel.overall_rate'::text,figure.overall_rate,figure.reached,figure.first,figure.overall_lo95,figure.overall_hi95,'rate'::text), ('funnel.lost'::text,figure.lost,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('funnel.open'::text,figure.open,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('funnel.overall_min'::text,figure.overall_min,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'rate'::text), ('funnel.overall_max'::text,figure.overall_max,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'rate'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('status', figure.status) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (public.metric_time_in_status figure
     CROSS JOIN LATERAL ( VALUES ('time_in_status.n_closed'::text,figure.n_closed,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'count'::text), ('time_in_status.n_open'::text,figure.n_open,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'count'::text), ('time_in_status.mean_seconds'::text,figure.mean_seconds,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'seconds'::text), ('time_in_status.km_median_seconds'::text,figure.km_median_seconds,NULL::text,NULL::text,figure.km_lo95_seconds,figure.km_hi95_seconds,'seconds'::text), ('time_in_status.p25_seconds'::text,figure.p25_seconds,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'seconds'::text), ('time_in_status.p75_seconds'::text,figure.p75_seconds,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'seconds'::text), ('time_in_status.p90_seconds'::text,figure.p90_seconds,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'seconds'::text), ('time_in_status.rmst_90d_seconds'::text,figure.rmst_90d_seconds,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'seconds'::text), ('time_in_status.oldest_open_seconds'::text,figure.oldest_open_seconds,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'seconds'::text), ('time_in_status.n_in_status'::text,figure.n_in_status,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'count'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('status', figure.status) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (public.metric_conversion figure
     CROSS JOIN LATERAL ( VALUES ('conversion.entered'::text,figure.entered,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('conversion.advanced'::text,figure.advanced,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('conversion.lost'::text,figure.lost,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('conversion.open'::text,figure.open,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('conversion.rate'::text,figure.rate,figure.advanced,figure.entered,figure.lo95,figure.hi95,'rate'::text), ('conversion.advanced_7d'::text,figure.advanced_7d,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'rate'::text), ('conversion.advanced_30d'::text,figure.advanced_30d,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'rate'::text), ('conversion.advanced_90d'::text,figure.advanced_90d,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'rate'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('from_status', figure.from_status, 'to_status', figure.to_status) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (( SELECT metric_transitions.as_of,
            metric_transitions.window_start,
            metric_transitions.window_end,
            metric_transitions.scope,
            metric_transitions.property_id,
            metric_transitions.property_name,
            metric_transitions.from_status,
            metric_transitions.to_status,
            metric_transitions.count,
            metric_transitions.leads,
            metric_transitions.share,
            metric_transitions.lo95,
            metric_transitions.hi95,
            metric_transitions.legal,
            metric_transitions.mean_seconds,
            metric_transitions.median_seconds,
            metric_transitions.illegal,
            sum(metric_transitions.count) OVER (PARTITION BY metric_transitions.as_of, metric_transitions.scope, metric_transitions.property_id, metric_transitions.from_status) AS exits
           FROM public.metric_transitions) figure
     CROSS JOIN LATERAL ( VALUES ('transitions.count'::text,figure.count,NULL::bigint,NULL::numeric,NULL::double precision,NULL::double precision,'count'::text), ('transitions.leads'::text,figure.leads,NULL::bigint,NULL::numeric,NULL::double precision,NULL::double precision,'count'::text), ('transitions.share'::text,figure.share,figure.count,figure.exits,figure.lo95,figure.hi95,'rate'::text), ('transitions.mean_seconds'::text,figure.mean_seconds,NULL::bigint,NULL::numeric,NULL::double precision,NULL::double precision,'seconds'::text), ('transitions.median_seconds'::text,figure.median_seconds,NULL::bigint,NULL::numeric,NULL::double precision,NULL::double precision,'seconds'::text), ('transitions.illegal'::text,figure.illegal,NULL::bigint,NULL::numeric,NULL::double precision,NULL::double precision,'count'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('day', figure.day, 'direction', figure.direction, 'updated_by', figure.updated_by) AS dimension,
    (shown.value)::double precision AS value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    (shown.lo95)::double precision AS lo95,
    (shown.hi95)::double precision AS hi95,
    shown.unit
   FROM (public.metric_daily figure
     CROSS JOIN LATERAL ( VALUES ('daily.changes'::text,figure.changes,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text), ('daily.creations'::text,figure.creations,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text), ('daily.failed'::text,figure.failed,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('day', figure.day, 'status', figure.status) AS dimension,
    (shown.value)::double precision AS value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    (shown.lo95)::double precision AS lo95,
    (shown.hi95)::double precision AS hi95,
    shown.unit
   FROM (public.metric_distribution figure
     CROSS JOIN LATERAL ( VALUES ('distribution.leads'::text,figure.leads,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text), ('distribution.created'::text,figure.created,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text), ('distribution.moved_in'::text,figure.moved_in,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text), ('distribution.moved_out'::text,figure.moved_out,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('kind', figure.kind, 'channel_or_direction', figure.channel_or_direction) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (public.metric_delivery figure
     CROSS JOIN LATERAL ( VALUES ('delivery.delivered'::text,figure.delivered,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('delivery.failed'::text,figure.failed,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('delivery.bounced'::text,figure.bounced,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('delivery.expired'::text,figure.expired,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('delivery.pending'::text,figure.pending,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('delivery.suppressed'::text,figure.suppressed,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('delivery.rate'::text,figure.rate,figure.delivered,(((figure.delivered + figure.failed) + COALESCE(figure.bounced, (0)::bigint)) + COALESCE(figure.expired, (0)::bigint)),figure.lo95,figure.hi95,'rate'::text), ('delivery.first_attempt_rate'::text,figure.first_attempt_rate,NULL::bigint,(((figure.delivered + figure.failed) + COALESCE(figure.bounced, (0)::bigint)) + COALESCE(figure.expired, (0)::bigint)),NULL::double precision,NULL::double precision,'rate'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT metric_performance.as_of,
    metric_performance.scope,
    metric_performance.property_id,
    metric_performance.metric,
    '{}'::jsonb AS dimension,
    metric_performance.value,
    metric_performance.numerator,
    metric_performance.denominator,
    metric_performance.lo95,
    metric_performance.hi95,
    metric_performance.unit
   FROM public.metric_performance
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('metric', figure.metric, 'status', figure.status) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (public.metric_changes figure
     CROSS JOIN LATERAL ( VALUES ('changes.previous'::text,figure.previous,NULL::text,NULL::text,NULL::double precision,NULL::double precision,NULL::text), ('changes.current'::text,figure.current,NULL::text,NULL::text,NULL::double precision,NULL::double precision,NULL::text), ('changes.difference'::text,figure.difference,NULL::text,NULL::text,figure.lo95,figure.hi95,NULL::text), ('changes.p_value'::text,figure.p_value,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'probability'::text), ('changes.q_value'::text,figure.q_value,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'probability'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('metric', figure.metric, 'day', figure.day) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    (shown.lo95)::double precision AS lo95,
    (shown.hi95)::double precision AS hi95,
    shown.unit
   FROM (public.metric_anomalies figure
     CROSS JOIN LATERAL ( VALUES ('anomalies.observed'::text,figure.observed,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text), ('anomalies.expected'::text,figure.expected,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text), ('anomalies.score'::text,figure.score,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text), ('anomalies.p_value'::text,figure.p_value,NULL::text,NULL::text,NULL::text,NULL::text,'probability'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('resman_lead_id', figure.resman_lead_id, 'status', figure.status) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    (shown.lo95)::double precision AS lo95,
    (shown.hi95)::double precision AS hi95,
    shown.unit
   FROM (public.metric_stalled figure
     CROSS JOIN LATERAL ( VALUES ('stalled.open_seconds'::text,figure.open_seconds,NULL::text,NULL::text,NULL::text,NULL::text,'seconds'::text), ('stalled.p90_seconds'::text,figure.p90_seconds,NULL::text,NULL::text,NULL::text,NULL::text,'seconds'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('metric', figure.metric, 'day', figure.day, 'status', figure.status) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    (shown.lo95)::double precision AS lo95,
    (shown.hi95)::double precision AS hi95,
    shown.unit
   FROM (public.metric_restatements figure
     CROSS JOIN LATERAL ( VALUES ('restatements.old_value'::text,figure.old_value,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text), ('restatements.new_value'::text,figure.new_value,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('issue', figure.issue) AS dimension,
    (shown.value)::double precision AS value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    (shown.lo95)::double precision AS lo95,
    (shown.hi95)::double precision AS hi95,
    shown.unit
   FROM (public.metric_data_quality figure
     CROSS JOIN LATERAL ( VALUES ('data_quality.count'::text,figure.count,figure.count,figure.total,NULL::text,NULL::text,'count'::text), ('data_quality.total'::text,figure.total,NULL::bigint,NULL::bigint,NULL::text,NULL::text,'count'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('grain', figure.grain, 'cohort_start', figure.cohort_start, 'status', figure.status, 'maturity', figure.maturity) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (( SELECT metric_cohorts.as_of,
            metric_cohorts.window_start,
            metric_cohorts.window_end,
            metric_cohorts.scope,
            metric_cohorts.property_id,
            metric_cohorts.property_name,
            metric_cohorts.grain,
            metric_cohorts.cohort_start,
            metric_cohorts.timezone,
            metric_cohorts.step_order,
            metric_cohorts.status,
            metric_cohorts.maturity,
            metric_cohorts.reached,
            metric_cohorts.visited,
            metric_cohorts.skipped,
            metric_cohorts.overall_rate,
            metric_cohorts.overall_lo95,
            metric_cohorts.overall_hi95,
            metric_cohorts.lost,
            metric_cohorts.open,
            min(metric_cohorts.reached) FILTER (WHERE (metric_cohorts.step_order = 0)) OVER (PARTITION BY metric_cohorts.as_of, metric_cohorts.scope, metric_cohorts.property_id, metric_cohorts.maturity, metric_cohorts.grain, metric_cohorts.cohort_start) AS first
           FROM public.metric_cohorts) figure
     CROSS JOIN LATERAL ( VALUES ('cohorts.reached'::text,figure.reached,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('cohorts.visited'::text,figure.visited,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('cohorts.skipped'::text,figure.skipped,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('cohorts.overall_rate'::text,figure.overall_rate,figure.reached,figure.first,figure.overall_lo95,figure.overall_hi95,'rate'::text), ('cohorts.lost'::text,figure.lost,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('cohorts.open'::text,figure.open,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('resman_lead_id', figure.resman_lead_id) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    (shown.lo95)::double precision AS lo95,
    (shown.hi95)::double precision AS hi95,
    shown.unit
   FROM (public.metric_unanswered figure
     CROSS JOIN LATERAL ( VALUES ('unanswered.waiting_seconds'::text,figure.waiting_seconds,NULL::text,NULL::text,NULL::text,NULL::text,'seconds'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('week_start', figure.week_start, 'metric', figure.metric) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    (shown.lo95)::double precision AS lo95,
    (shown.hi95)::double precision AS hi95,
    shown.unit
   FROM (public.metric_weeks figure
     CROSS JOIN LATERAL ( VALUES ('weeks.weeks_ago'::text,figure.weeks_ago,NULL::bigint,NULL::bigint,NULL::text,NULL::text,'count'::text), ('weeks.numerator'::text,figure.numerator,NULL::bigint,NULL::bigint,NULL::text,NULL::text,'count'::text), ('weeks.denominator'::text,figure.denominator,NULL::bigint,NULL::bigint,NULL::text,NULL::text,'count'::text), ('weeks.value'::text,figure.value,figure.numerator,figure.denominator,NULL::text,NULL::text,
                CASE
                    WHEN (figure.denominator IS NULL) THEN 'count'::text
                    ELSE 'rate'::text
                END)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('curve', figure.curve, 'day', figure.day) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (public.metric_curves figure
     CROSS JOIN LATERAL ( VALUES ('curves.leads'::text,figure.leads,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'count'::text), ('curves.reached'::text,figure.reached,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'count'::text), ('curves.waiting'::text,figure.waiting,NULL::text,NULL::text,NULL::double precision,NULL::double precision,'count'::text), ('curves.probability'::text,figure.probability,NULL::text,NULL::text,figure.lo95,figure.hi95,'rate'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('kind', figure.kind, 'source', figure.source, 'status', figure.status, 'maturity', figure.maturity) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (( SELECT metric_sources.as_of,
            metric_sources.window_start,
            metric_sources.window_end,
            metric_sources.scope,
            metric_sources.property_id,
            metric_sources.property_name,
            metric_sources.kind,
            metric_sources.source,
            metric_sources.step_order,
            metric_sources.status,
            metric_sources.maturity,
            metric_sources.reached,
            metric_sources.overall_rate,
            metric_sources.overall_lo95,
            metric_sources.overall_hi95,
            metric_sources.lost,
            metric_sources.open,
            metric_sources.share,
            min(metric_sources.reached) FILTER (WHERE (metric_sources.step_order = 0)) OVER (PARTITION BY metric_sources.as_of, metric_sources.scope, metric_sources.property_id, metric_sources.maturity, metric_sources.kind, metric_sources.source) AS first
           FROM public.metric_sources) figure
     CROSS JOIN LATERAL ( VALUES ('sources.reached'::text,figure.reached,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('sources.overall_rate'::text,figure.overall_rate,figure.reached,figure.first,figure.overall_lo95,figure.overall_hi95,'rate'::text), ('sources.lost'::text,figure.lost,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('sources.open'::text,figure.open,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('sources.share'::text,figure.share,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'rate'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('kind', figure.kind, 'reason', figure.reason) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (( SELECT metric_lost_reasons.as_of,
            metric_lost_reasons.window_start,
            metric_lost_reasons.window_end,
            metric_lost_reasons.scope,
            metric_lost_reasons.property_id,
            metric_lost_reasons.property_name,
            metric_lost_reasons.kind,
            metric_lost_reasons.reason,
            metric_lost_reasons.place,
            metric_lost_reasons.lost,
            metric_lost_reasons.share,
            metric_lost_reasons.lo95,
            metric_lost_reasons.hi95,
            metric_lost_reasons.lost_before,
            metric_lost_reasons.share_before,
            metric_lost_reasons.difference,
            metric_lost_reasons.difference_lo95,
            metric_lost_reasons.difference_hi95,
            metric_lost_reasons.verdict,
            sum(metric_lost_reasons.lost) OVER (PARTITION BY metric_lost_reasons.as_of, metric_lost_reasons.scope, metric_lost_reasons.property_id) AS all_lost
           FROM public.metric_lost_reasons) figure
     CROSS JOIN LATERAL ( VALUES ('lost_reasons.place'::text,figure.place,NULL::bigint,NULL::numeric,NULL::double precision,NULL::double precision,'rank'::text), ('lost_reasons.lost'::text,figure.lost,NULL::bigint,NULL::numeric,NULL::double precision,NULL::double precision,'count'::text), ('lost_reasons.share'::text,figure.share,figure.lost,figure.all_lost,figure.lo95,figure.hi95,'rate'::text), ('lost_reasons.lost_before'::text,figure.lost_before,NULL::bigint,NULL::numeric,NULL::double precision,NULL::double precision,'count'::text), ('lost_reasons.share_before'::text,figure.share_before,NULL::bigint,NULL::numeric,NULL::double precision,NULL::double precision,'rate'::text), ('lost_reasons.difference'::text,figure.difference,NULL::bigint,NULL::numeric,figure.difference_lo95,figure.difference_hi95,'rate'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    '{}'::jsonb AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (public.metric_tours figure
     CROSS JOIN LATERAL ( VALUES ('tours.booked'::text,figure.booked,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('tours.showed'::text,figure.showed,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('tours.cancelled'::text,figure.cancelled,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('tours.upcoming'::text,figure.upcoming,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('tours.not_recorded_as_shown'::text,figure.not_recorded_as_shown,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('tours.no_show'::text,figure.no_show,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('tours.unknown'::text,figure.unknown,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('tours.showed_rate'::text,figure.showed_rate,figure.showed,(figure.showed + figure.not_recorded_as_shown),figure.lo95,figure.hi95,'rate'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('kind', figure.kind, 'agent_id', figure.agent_id, 'agent_name', figure.agent_name) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    shown.lo95,
    shown.hi95,
    shown.unit
   FROM (public.metric_agents figure
     CROSS JOIN LATERAL ( VALUES ('agents.leads'::text,figure.leads,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('agents.contacted'::text,figure.contacted,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('agents.toured'::text,figure.toured,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('agents.leased'::text,figure.leased,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('agents.lost'::text,figure.lost,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('agents.open'::text,figure.open,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'count'::text), ('agents.leased_rate'::text,figure.leased_rate,figure.leased,figure.leads,figure.lo95,figure.hi95,'rate'::text), ('agents.place'::text,figure.place,NULL::bigint,NULL::bigint,NULL::double precision,NULL::double precision,'rank'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit))
UNION ALL
 SELECT figure.as_of,
    figure.scope,
    figure.property_id,
    shown.metric,
    jsonb_build_object('target', figure.target) AS dimension,
    shown.value,
    (shown.numerator)::double precision AS numerator,
    (shown.denominator)::double precision AS denominator,
    (shown.lo95)::double precision AS lo95,
    (shown.hi95)::double precision AS hi95,
    shown.unit
   FROM (public.metric_alerts figure
     CROSS JOIN LATERAL ( VALUES ('alerts.value'::text,figure.value,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text), ('alerts.n'::text,figure.n,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text), ('alerts.limit_value'::text,figure.limit_value,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text), ('alerts.baseline'::text,figure.baseline,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text), ('alerts.change_percent'::text,figure.change_percent,NULL::text,NULL::text,NULL::text,NULL::text,NULL::text), ('alerts.min_n'::text,figure.min_n,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text), ('alerts.weeks'::text,figure.weeks,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text), ('alerts.weeks_missed'::text,figure.weeks_missed,NULL::text,NULL::text,NULL::text,NULL::text,'count'::text)) shown(metric, value, numerator, denominator, lo95, hi95, unit));

COMMENT ON VIEW public.metric_long IS 'One value of one figure: every column of every metric_ table as a row of its own';

COMMENT ON COLUMN public.metric_long.as_of IS 'The instant the figures are pinned to; nothing later is counted';

COMMENT ON COLUMN public.metric_long.scope IS 'portfolio: all properties together; property: one';

COMMENT ON COLUMN public.metric_long.property_id IS 'The property; null: the portfolio, or leads without a known property';

COMMENT ON COLUMN public.metric_long.metric IS 'A named figure of metric_performance by its name; else the table without metric_, a dot and the column: funnel.reached';

COMMENT ON COLUMN public.metric_long.dimension IS 'What the row of the table is about beside its scope, as JSON by column: {"status": "leased"}; {}: nothing';

COMMENT ON COLUMN public.metric_long.value IS 'The value, in unit; null: as the column''s own';

COMMENT ON COLUMN public.metric_long.numerator IS 'Numerator of a rate, or the sum behind a mean; null: none, or not known';

COMMENT ON COLUMN public.metric_long.denominator IS 'Denominator of a rate, or how many the figure rests on; null: none, or not known';

COMMENT ON COLUMN public.metric_long.lo95 IS 'Lower end of the value''s 95 % interval; null: it has none';

COMMENT ON COLUMN public.metric_long.hi95 IS 'Upper end of the value''s 95 % interval; null: it has none';

COMMENT ON COLUMN public.metric_long.unit IS 'count, rate, seconds, days, rank or probability; null: the unit of the figure that dimension names';

CREATE VIEW public.metric_long_latest AS
 SELECT metric_long.as_of,
    metric_long.scope,
    metric_long.property_id,
    metric_long.metric,
    metric_long.dimension,
    metric_long.value,
    metric_long.numerator,
    metric_long.denominator,
    metric_long.lo95,
    metric_long.hi95,
    metric_long.unit
   FROM public.metric_long
  WHERE (metric_long.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_long_latest IS 'metric_long of the newest night';

CREATE VIEW public.metric_lost_reasons_latest AS
 SELECT metric_lost_reasons.as_of,
    metric_lost_reasons.window_start,
    metric_lost_reasons.window_end,
    metric_lost_reasons.scope,
    metric_lost_reasons.property_id,
    metric_lost_reasons.property_name,
    metric_lost_reasons.kind,
    metric_lost_reasons.reason,
    metric_lost_reasons.place,
    metric_lost_reasons.lost,
    metric_lost_reasons.share,
    metric_lost_reasons.lo95,
    metric_lost_reasons.hi95,
    metric_lost_reasons.lost_before,
    metric_lost_reasons.share_before,
    metric_lost_reasons.difference,
    metric_lost_reasons.difference_lo95,
    metric_lost_reasons.difference_hi95,
    metric_lost_reasons.verdict
   FROM public.metric_lost_reasons
  WHERE (metric_lost_reasons.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_lost_reasons_latest IS 'metric_lost_reasons of the newest night';

CREATE VIEW public.metric_performance_latest AS
 SELECT metric_performance.as_of,
    metric_performance.window_start,
    metric_performance.window_end,
    metric_performance.scope,
    metric_performance.property_id,
    metric_performance.property_name,
    metric_performance.metric,
    metric_performance.numerator,
    metric_performance.denominator,
    metric_performance.value,
    metric_performance.lo95,
    metric_performance.hi95,
    metric_performance.unit,
    metric_performance.note
   FROM public.metric_performance
  WHERE (metric_performance.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_performance_latest IS 'metric_performance of the newest night';

CREATE VIEW public.metric_restatements_latest AS
 SELECT metric_restatements.as_of,
    metric_restatements.window_start,
    metric_restatements.window_end,
    metric_restatements.scope,
    metric_restatements.property_id,
    metric_restatements.property_name,
    metric_restatements.metric,
    metric_restatements.day,
    metric_restatements.timezone,
    metric_restatements.status,
    metric_restatements.published_as_of,
    metric_restatements.old_value,
    metric_restatements.new_value,
    metric_restatements.reason
   FROM public.metric_restatements
  WHERE (metric_restatements.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_restatements_latest IS 'metric_restatements of the newest night';

CREATE VIEW public.metric_sources_latest AS
 SELECT metric_sources.as_of,
    metric_sources.window_start,
    metric_sources.window_end,
    metric_sources.scope,
    metric_sources.property_id,
    metric_sources.property_name,
    metric_sources.kind,
    metric_sources.source,
    metric_sources.step_order,
    metric_sources.status,
    metric_sources.maturity,
    metric_sources.reached,
    metric_sources.overall_rate,
    metric_sources.overall_lo95,
    metric_sources.overall_hi95,
    metric_sources.lost,
    metric_sources.open,
    metric_sources.share
   FROM public.metric_sources
  WHERE (metric_sources.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_sources_latest IS 'metric_sources of the newest night';

CREATE VIEW public.metric_stalled_latest AS
 SELECT metric_stalled.as_of,
    metric_stalled.window_start,
    metric_stalled.window_end,
    metric_stalled.scope,
    metric_stalled.property_id,
    metric_stalled.property_name,
    metric_stalled.resman_lead_id,
    metric_stalled.status,
    metric_stalled.entered_at,
    metric_stalled.open_seconds,
    metric_stalled.p90_seconds
   FROM public.metric_stalled
  WHERE (metric_stalled.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_stalled_latest IS 'metric_stalled of the newest night';

CREATE VIEW public.metric_time_in_status_latest AS
 SELECT metric_time_in_status.as_of,
    metric_time_in_status.window_start,
    metric_time_in_status.window_end,
    metric_time_in_status.scope,
    metric_time_in_status.property_id,
    metric_time_in_status.property_name,
    metric_time_in_status.status,
    metric_time_in_status.n_closed,
    metric_time_in_status.n_open,
    metric_time_in_status.mean_seconds,
    metric_time_in_status.km_median_seconds,
    metric_time_in_status.km_lo95_seconds,
    metric_time_in_status.km_hi95_seconds,
    metric_time_in_status.p25_seconds,
    metric_time_in_status.p75_seconds,
    metric_time_in_status.p90_seconds,
    metric_time_in_status.rmst_90d_seconds,
    metric_time_in_status.oldest_open_seconds,
    metric_time_in_status.n_in_status
   FROM public.metric_time_in_status
  WHERE (metric_time_in_status.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_time_in_status_latest IS 'metric_time_in_status of the newest night';

CREATE VIEW public.metric_tours_latest AS
 SELECT metric_tours.as_of,
    metric_tours.window_start,
    metric_tours.window_end,
    metric_tours.scope,
    metric_tours.property_id,
    metric_tours.property_name,
    metric_tours.booked,
    metric_tours.showed,
    metric_tours.cancelled,
    metric_tours.upcoming,
    metric_tours.not_recorded_as_shown,
    metric_tours.no_show,
    metric_tours.unknown,
    metric_tours.showed_rate,
    metric_tours.lo95,
    metric_tours.hi95
   FROM public.metric_tours
  WHERE (metric_tours.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_tours_latest IS 'metric_tours of the newest night';

CREATE VIEW public.metric_transitions_latest AS
 SELECT metric_transitions.as_of,
    metric_transitions.window_start,
    metric_transitions.window_end,
    metric_transitions.scope,
    metric_transitions.property_id,
    metric_transitions.property_name,
    metric_transitions.from_status,
    metric_transitions.to_status,
    metric_transitions.count,
    metric_transitions.leads,
    metric_transitions.share,
    metric_transitions.lo95,
    metric_transitions.hi95,
    metric_transitions.legal,
    metric_transitions.mean_seconds,
    metric_transitions.median_seconds,
    metric_transitions.illegal
   FROM public.metric_transitions
  WHERE (metric_transitions.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_transitions_latest IS 'metric_transitions of the newest night';

CREATE VIEW public.metric_unanswered_latest AS
 SELECT metric_unanswered.as_of,
    metric_unanswered.window_start,
    metric_unanswered.window_end,
    metric_unanswered.scope,
    metric_unanswered.property_id,
    metric_unanswered.property_name,
    metric_unanswered.resman_lead_id,
    metric_unanswered.waiting_since,
    metric_unanswered.waiting_seconds,
    metric_unanswered.over_48h,
    metric_unanswered.from_creation,
    metric_unanswered.agent_name
   FROM public.metric_unanswered
  WHERE (metric_unanswered.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_unanswered_latest IS 'metric_unanswered of the newest night';

CREATE VIEW public.metric_weeks_latest AS
 SELECT metric_weeks.as_of,
    metric_weeks.window_start,
    metric_weeks.window_end,
    metric_weeks.scope,
    metric_weeks.property_id,
    metric_weeks.property_name,
    metric_weeks.week_start,
    metric_weeks.timezone,
    metric_weeks.weeks_ago,
    metric_weeks.complete,
    metric_weeks.metric,
    metric_weeks.basis,
    metric_weeks.numerator,
    metric_weeks.denominator,
    metric_weeks.value
   FROM public.metric_weeks
  WHERE (metric_weeks.as_of = ( SELECT public.latest_measurement() AS latest_measurement));

COMMENT ON VIEW public.metric_weeks_latest IS 'metric_weeks of the newest night';

CREATE TABLE public.notification (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id uuid,
    log_id uuid,
    resman_lead_id character varying(100),
    origin character varying(12) NOT NULL,
    origin_id uuid,
    channel character varying(20) NOT NULL,
    recipient text NOT NULL,
    address text,
    template_id character varying(100) NOT NULL,
    priority character varying(6) NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    state character varying(10) NOT NULL,
    cause character varying(10),
    attempts integer DEFAULT 0 NOT NULL,
    possible_duplicate boolean DEFAULT false NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    lease_id uuid,
    leased_until timestamp with time zone,
    provider_id text,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    read_at timestamp with time zone,
    expires_at timestamp with time zone DEFAULT (now() + '24:00:00'::interval) NOT NULL,
    mailbox text,
    html text,
    attachment text,
    CONSTRAINT notification_cause_check CHECK (((cause)::text = ANY ((ARRAY['failed'::character varying, 'bounced'::character varying, 'expired'::character varying])::text[]))),
    CONSTRAINT notification_channel_check CHECK (((channel)::text = ANY ((ARRAY['email'::character varying, 'sms'::character varying, 'slack'::character varying, 'in_app'::character varying])::text[]))),
    CONSTRAINT notification_check CHECK ((((state)::text = 'dead'::text) = (cause IS NOT NULL))),
    CONSTRAINT notification_check1 CHECK ((((state)::text = 'pending'::text) = (finished_at IS NULL))),
    CONSTRAINT notification_check2 CHECK ((((origin)::text = 'report'::text) = (log_id IS NULL))),
    CONSTRAINT notification_check3 CHECK ((((origin)::text <> 'report'::text) OR (origin_id IS NOT NULL))),
    CONSTRAINT notification_origin_check CHECK (((origin)::text = ANY ((ARRAY['preference'::character varying, 'workflow'::character varying, 'follow_up'::character varying, 'prospect'::character varying, 'report'::character varying])::text[]))),
    CONSTRAINT notification_priority_check CHECK (((priority)::text = ANY ((ARRAY['low'::character varying, 'medium'::character varying, 'high'::character varying, 'urgent'::character varying])::text[]))),
    CONSTRAINT notification_state_check CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'accepted'::character varying, 'delivered'::character varying, 'dead'::character varying, 'suppressed'::character varying])::text[])))
);

COMMENT ON TABLE public.notification IS 'One message to one recipient on one channel about one status change; written in the transaction that records the change. Every row ends accepted, delivered, dead or suppressed. Delivery figures per channel: delivered = state accepted or delivered; failed, bounced, expired = cause of a dead row; a pending row over 24 hours old counts as expired, a younger one and a suppressed one are only listed; first attempt = attempts 1 among the delivered';

COMMENT ON COLUMN public.notification.log_id IS 'The change it is about; null: it is a report';

COMMENT ON COLUMN public.notification.origin IS 'preference: a row of status_notification_preferences; workflow: an action of a rule; follow_up: a follow-up that fell due; prospect: the prospect''s own notice; report: a report of a day or a week. origin_id is that row''s id, for a prospect the conversation''s, for a report one of its period and what it is about';

COMMENT ON COLUMN public.notification.recipient IS 'As named: a role or an address';

COMMENT ON COLUMN public.notification.address IS 'Where it goes; null: a role at slack without a contact, which goes to the configured webhook, or a dead row whose role has no address';

COMMENT ON COLUMN public.notification.state IS 'pending: waits, or is being sent; accepted: the mail server, Slack or the SMS provider took it, and no more is known; delivered: it is in the inbox (in_app); dead: given up, with an alert; suppressed: not sent on purpose';

COMMENT ON COLUMN public.notification.cause IS 'Of a dead row. bounced: refused because of its recipient; expired: still pending 24 hours after created_at; failed: anything else';

COMMENT ON COLUMN public.notification.attempts IS 'Sends begun; 1 for in_app, which is delivered by its row';

COMMENT ON COLUMN public.notification.possible_duplicate IS 'It was sent again, under the same message id, after a send whose end nobody knows';

COMMENT ON COLUMN public.notification.leased_until IS 'Until then the holder of lease_id alone may send it';

COMMENT ON COLUMN public.notification.provider_id IS 'The id the receiving server or provider gave it';

COMMENT ON COLUMN public.notification.last_error IS 'Why the last attempt failed; no personal data, no secret';

COMMENT ON COLUMN public.notification.finished_at IS 'When it was accepted, delivered, given up or suppressed';

COMMENT ON COLUMN public.notification.read_at IS 'in_app: when it was marked as read';

COMMENT ON COLUMN public.notification.expires_at IS 'Still pending then, it is dead with the cause expired: 24 hours after created_at, or after it was put back from the dead letters';

COMMENT ON COLUMN public.notification.mailbox IS 'notification_mailbox of the address, by which a change is told to each once; null: a dead row that leads nowhere';

COMMENT ON COLUMN public.notification.html IS 'The same as body as a page that mail programs show; null: there is none, or the message was accepted';

COMMENT ON COLUMN public.notification.attachment IS 'Path of a file that goes with an email; null: none';

CREATE TABLE public.notification_contact (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id uuid,
    role character varying(64) NOT NULL,
    channel character varying(20) NOT NULL,
    address text NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT notification_contact_channel_check CHECK (((channel)::text = ANY ((ARRAY['email'::character varying, 'sms'::character varying, 'slack'::character varying, 'in_app'::character varying])::text[])))
);

COMMENT ON TABLE public.notification_contact IS 'One address of one role on one channel; roles that status_notification_preferences and workflow rules name are looked up here';

COMMENT ON COLUMN public.notification_contact.property_id IS 'null: at every property that has no contact of its own for this role and channel';

COMMENT ON COLUMN public.notification_contact.role IS 'As named in recipients: property_manager, leasing_agent, management, or one''s own';

COMMENT ON COLUMN public.notification_contact.address IS 'email: an address; sms: a number in E.164 form; slack: the https address of an incoming webhook';

CREATE TABLE public.property (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    timezone text,
    hours text
);

COMMENT ON COLUMN public.property.timezone IS 'Name of the IANA database; null, or anything else, means UTC';

COMMENT ON COLUMN public.property.hours IS 'When its office is open, by its own clock: 9-18 or 09:00-17:30 for every day; or the days that it is open, mon 9-18, tue 9-18, sat 10-16; null, or what cannot be read, means 9-18 every day';

CREATE TABLE public.pull_cursor (
    system text NOT NULL,
    property_id uuid NOT NULL,
    watermark timestamp with time zone,
    last_complete_at timestamp with time zone,
    last_full_at timestamp with time zone,
    leads bigint,
    recent bigint,
    CONSTRAINT pull_cursor_system_check CHECK ((system = ANY (ARRAY['resman'::text, 'domiq'::text])))
);

COMMENT ON COLUMN public.pull_cursor.watermark IS 'Newest updated_at seen in complete pulls, of those that are not later than the start of their run; the next pull asks from a little before it; null: it asks for everything';

COMMENT ON COLUMN public.pull_cursor.leads IS 'Rows of the last complete full pull; null: none was since they are counted';

COMMENT ON COLUMN public.pull_cursor.recent IS 'Of the rows of the last complete pull, those that an incremental one has to show again: as new as the watermark less the overlap';

CREATE TABLE public.resman_poll (
    property_id uuid NOT NULL,
    read_to timestamp with time zone,
    failing_since timestamp with time zone,
    failure text
);

COMMENT ON TABLE public.resman_poll IS 'How far serve has asked ResMan for the changes of one property';

COMMENT ON COLUMN public.resman_poll.property_id IS 'The property in ResMan';

COMMENT ON COLUMN public.resman_poll.read_to IS 'Every change that ResMan had shown by then was taken; null: no poll of it succeeded yet';

COMMENT ON COLUMN public.resman_poll.failing_since IS 'The first of the polls that failed since the last success; null: the last one succeeded';

COMMENT ON COLUMN public.resman_poll.failure IS 'Why the last poll failed, without data; null: it succeeded';

CREATE TABLE public.review_item (
    id bigint NOT NULL,
    property_id uuid,
    resman_lead_id character varying(100) NOT NULL,
    conversation_id uuid,
    base character varying(50),
    domiq_raw text,
    domiq character varying(50),
    resman_raw text,
    resman character varying(50),
    verdict text NOT NULL,
    rule integer NOT NULL,
    reason text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    first_run uuid,
    last_seen timestamp with time zone NOT NULL,
    last_run uuid,
    domiq_version text,
    resman_version text,
    refused boolean DEFAULT false NOT NULL,
    answer text,
    answered_at timestamp with time zone,
    answer_reason text,
    ignore_until timestamp with time zone,
    answered_by text,
    CONSTRAINT review_item_answer_check CHECK ((answer = ANY (ARRAY['push'::text, 'pull'::text, 'accept'::text, 'ignore'::text]))),
    CONSTRAINT review_item_state_check CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'ignored'::text, 'resolved'::text, 'healed'::text])))
);

COMMENT ON TABLE public.review_item IS 'One question for a person; at most one stands for a lead';

COMMENT ON COLUMN public.review_item.id IS 'Number of the item';

COMMENT ON COLUMN public.review_item.property_id IS 'The property; null: not known';

COMMENT ON COLUMN public.review_item.resman_lead_id IS 'The lead';

COMMENT ON COLUMN public.review_item.conversation_id IS 'The conversation that speaks for DomIQ; null: none is known';

COMMENT ON COLUMN public.review_item.base IS 'Status both sides last agreed on; null: they never agreed';

COMMENT ON COLUMN public.review_item.domiq_raw IS 'Status as DomIQ printed it; null: DomIQ did not show the lead';

COMMENT ON COLUMN public.review_item.domiq IS 'The same as a canonical status; null: not shown, or outside the vocabulary';

COMMENT ON COLUMN public.review_item.resman_raw IS 'Status as ResMan printed it; null: ResMan did not show the lead';

COMMENT ON COLUMN public.review_item.resman IS 'The same as a canonical status; null: not shown, or outside the vocabulary';

COMMENT ON COLUMN public.review_item.verdict IS 'The class the drift fell into';

COMMENT ON COLUMN public.review_item.rule IS 'Number of the rule that gave the verdict, 1 to 15';

COMMENT ON COLUMN public.review_item.reason IS 'Why a person must decide';

COMMENT ON COLUMN public.review_item.state IS 'open, accepted (agreed different) or ignored (put off)';

COMMENT ON COLUMN public.review_item.first_seen IS 'When the question first arose';

COMMENT ON COLUMN public.review_item.first_run IS 'The run that raised it; null: not known';

COMMENT ON COLUMN public.review_item.last_seen IS 'When it was last found standing';

COMMENT ON COLUMN public.review_item.last_run IS 'The run that last found it; null: not known';

COMMENT ON COLUMN public.review_item.refused IS 'ResMan refused the push (422): not tried again until one of the records changes';

COMMENT ON COLUMN public.review_item.answer IS 'push, pull, accept or ignore; null: not answered';

COMMENT ON COLUMN public.review_item.answered_at IS 'When it was answered; null: not answered';

COMMENT ON COLUMN public.review_item.answer_reason IS 'Why it was answered so; null: no reason was given';

COMMENT ON COLUMN public.review_item.ignore_until IS 'When an ignored question comes back; null: not ignored';

COMMENT ON COLUMN public.review_item.answered_by IS 'Who gave the answer: --by, else the account that ran the command; null: not answered';

ALTER TABLE public.review_item ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.review_item_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE UNLOGGED TABLE public.rollup (
    property_id uuid,
    kind text NOT NULL,
    day date NOT NULL,
    key text,
    n bigint NOT NULL,
    CONSTRAINT rollup_kind_check CHECK ((kind = ANY (ARRAY['held'::text, 'stock'::text, 'leads'::text, 'created'::text, 'truncated'::text, 'noop'::text, 'rows'::text, 'without_time'::text, 'bridged'::text, 'without_lead'::text, 'synced_before'::text, 'delivered'::text, 'delivered_retried'::text])))
);

COMMENT ON TABLE public.rollup IS 'Counts per property and local day that add up over days and properties';

COMMENT ON COLUMN public.rollup.property_id IS 'Property; null where the log names none';

COMMENT ON COLUMN public.rollup.kind IS 'held: leads in status key now; stock: leads that came into status key on the day less those that left it; leads, truncated, noop: as in data_quality; rows and the rest: settled rows of the log';

COMMENT ON COLUMN public.rollup.day IS 'Local day of the property; -infinity for kinds without days and before the history';

COMMENT ON COLUMN public.rollup.key IS 'Status of held and stock; direction of delivered; else null';

COMMENT ON COLUMN public.rollup.n IS 'How many; a cell may have come down to 0';

CREATE TABLE public.run_property (
    run_id uuid NOT NULL,
    property_id uuid NOT NULL,
    as_of timestamp with time zone NOT NULL,
    complete boolean NOT NULL,
    domiq_records bigint NOT NULL,
    resman_records bigint NOT NULL,
    domiq_digest text,
    resman_digest text,
    leads bigint NOT NULL,
    drifted bigint NOT NULL,
    in_sync bigint,
    resman_only bigint,
    duplicate_conversations bigint
);

COMMENT ON TABLE public.run_property IS 'One property in one run: what was seen of it, and its drift before repair';

COMMENT ON COLUMN public.run_property.complete IS 'Both systems were read completely; else its drift is no evidence';

COMMENT ON COLUMN public.run_property.domiq_records IS 'Records of DomIQ with a lead id in this pull; fewer than leads where it was incremental';

COMMENT ON COLUMN public.run_property.domiq_digest IS 'Digest of those records in any order; null: there was none';

COMMENT ON COLUMN public.run_property.leads IS 'Leads known on both sides after the pull';

COMMENT ON COLUMN public.run_property.drifted IS 'Of them those found apart for the first time: not asked about before, nor left over from the run before';

COMMENT ON COLUMN public.run_property.in_sync IS 'Leads on which log and both sides agreed: they leave no row of drift';

COMMENT ON COLUMN public.run_property.resman_only IS 'Leads that DomIQ never met: they leave no row of drift either';

COMMENT ON COLUMN public.run_property.duplicate_conversations IS 'Conversations of a lead for which another one speaks';

CREATE TABLE public.run_pull (
    run_id uuid NOT NULL,
    system text NOT NULL,
    property_id uuid NOT NULL,
    incremental boolean NOT NULL,
    records bigint NOT NULL,
    quarantined bigint NOT NULL,
    without_id bigint NOT NULL,
    without_lead bigint NOT NULL,
    reason text,
    future_versions bigint DEFAULT 0 NOT NULL,
    described bigint DEFAULT 0 NOT NULL,
    bad_values bigint DEFAULT 0 NOT NULL,
    zoneless_times bigint,
    CONSTRAINT run_pull_system_check CHECK ((system = ANY (ARRAY['domiq'::text, 'resman'::text])))
);

COMMENT ON TABLE public.run_pull IS 'One property as one run read it from one system';

COMMENT ON COLUMN public.run_pull.incremental IS 'Only what had changed since the last complete pull was asked for';

COMMENT ON COLUMN public.run_pull.records IS 'Records of its pages, with and without a lead id';

COMMENT ON COLUMN public.run_pull.quarantined IS 'Records with a lead id that cannot be used: they become unmapped';

COMMENT ON COLUMN public.run_pull.without_id IS 'Records without an id of their own';

COMMENT ON COLUMN public.run_pull.without_lead IS 'Conversations that are not in ResMan yet';

COMMENT ON COLUMN public.run_pull.reason IS 'Why it was not read whole; null where it was';

COMMENT ON COLUMN public.run_pull.future_versions IS 'Records whose updated_at was more than five minutes ahead of the moment they were read';

COMMENT ON COLUMN public.run_pull.described IS 'Records that tell a field that describes (source, agent_id, …)';

COMMENT ON COLUMN public.run_pull.bad_values IS 'Values of such fields that cannot be used and were left out';

COMMENT ON COLUMN public.run_pull.zoneless_times IS 'Times of its records that named no zone, and were read as the property''s; null: this kind of interface names the zone of every time';

CREATE TABLE public.schema_migration (
    version integer NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE VIEW public.settled_change AS
 SELECT COALESCE(log.resman_lead_id, ((log.conversation_id)::text)::character varying) AS lead,
    COALESCE(log.property_id, ( SELECT conversation.property_id
           FROM public.conversation
          WHERE (conversation.id = log.conversation_id))) AS property_id,
        CASE
            WHEN isfinite(COALESCE(log.occurred_at, log.created_at)) THEN COALESCE(log.occurred_at, log.created_at)
            ELSE NULL::timestamp with time zone
        END AS at,
    log.seq,
    log.old_status,
    log.new_status,
    log.updated_by,
    log.sync_direction,
        CASE
            WHEN (log.bridged OR log.irregular OR ((log.sync_status)::text IS DISTINCT FROM 'success'::text) OR (log.attempts > 1) OR (log.occurred_at IS NULL) OR (log.synced_at < log.occurred_at) OR ((log.old_status IS NULL) AND ((COALESCE(log.updated_by, 'system'::character varying))::text <> ALL ((ARRAY['chatbot'::character varying, 'resman_user'::character varying])::text[]))) OR (log.context_data ? 'backfilled'::text)) THEN ((((((((log.bridged)::integer + (2 * (log.irregular)::integer)) + (4 * (((log.sync_status)::text IS DISTINCT FROM 'success'::text))::integer)) + (8 * ((log.attempts > 1))::integer)) + (16 * ((log.occurred_at IS NULL))::integer)) + (32 * (COALESCE((log.synced_at < log.occurred_at), false))::integer)) + (64 * (((log.old_status IS NULL) AND ((COALESCE(log.updated_by, 'system'::character varying))::text <> ALL ((ARRAY['chatbot'::character varying, 'resman_user'::character varying])::text[])) AND (((log.new_status)::text IS DISTINCT FROM 'new'::text) OR (COALESCE(((log.context_data ->> 'verdict'::text) = ANY (ARRAY['baseline'::text, 'unbased'::text])), false) AND (NOT COALESCE((log.context_data ? 'created'::text), false))))))::integer)) + (128 * (COALESCE((log.context_data ? 'backfilled'::text), false))::integer))
            ELSE NULL::integer
        END AS odd,
    log.resman_lead_id,
    log.conversation_id
   FROM public.status_sync_log log
  WHERE ((log.sync_status)::text IS DISTINCT FROM 'pending'::text);

COMMENT ON VIEW public.settled_change IS 'One settled row of status_sync_log as the figures read it';

COMMENT ON COLUMN public.settled_change.lead IS 'resman_lead_id, else the conversation id; null: neither';

COMMENT ON COLUMN public.settled_change.property_id IS 'Property that the row names, else that of its conversation';

COMMENT ON COLUMN public.settled_change.at IS 'When it occurred, else when it was written; null where that is not finite';

COMMENT ON COLUMN public.settled_change.odd IS 'Sum of 1 bridged, 2 irregular, 4 failed, 8 not at the first attempt, 16 counted by when it was written, 32 synced before it occurred, 64 the lead was taken over as it was found, 128 told by ResMan''s history, not carried over; null: none';

CREATE UNLOGGED TABLE public.stage_diff (
    property_id uuid,
    resman_lead_id character varying(100) NOT NULL,
    conversation_id uuid,
    base character varying(50),
    base_domiq_version text,
    base_resman_version text,
    domiq_presence text NOT NULL,
    domiq_raw text,
    domiq character varying(50),
    domiq_version text,
    resman_presence text NOT NULL,
    resman_raw text,
    resman character varying(50),
    resman_version text,
    lead_score double precision,
    fields smallint NOT NULL,
    pending boolean NOT NULL,
    pushed_since_pull boolean NOT NULL,
    problem text,
    seen_domiq boolean NOT NULL,
    seen_resman boolean NOT NULL,
    plain text,
    changed boolean NOT NULL,
    base_bridged boolean DEFAULT false NOT NULL,
    domiq_moved boolean,
    resman_moved boolean,
    CONSTRAINT stage_diff_domiq_presence_check CHECK ((domiq_presence = ANY (ARRAY['seen'::text, 'missing'::text, 'unread'::text]))),
    CONSTRAINT stage_diff_plain_check CHECK ((plain = ANY (ARRAY['in_sync'::text, 'resman_only'::text]))),
    CONSTRAINT stage_diff_resman_presence_check CHECK ((resman_presence = ANY (ARRAY['seen'::text, 'missing'::text, 'unread'::text])))
);

COMMENT ON COLUMN public.stage_diff.plain IS 'The verdict where no rule needs asking; null: judged by the plan';

COMMENT ON COLUMN public.stage_diff.changed IS 'A sighting differs from the one kept in lead';

COMMENT ON COLUMN public.stage_diff.domiq_moved IS 'Its status is not the one that DomIQ last agreed on, nor the one it last showed; null: not known';

COMMENT ON COLUMN public.stage_diff.resman_moved IS 'Its status is not the one that ResMan last agreed on, nor the one it last showed; null: not known';

CREATE UNLOGGED TABLE public.stage_domiq (
    property_id uuid NOT NULL,
    resman_lead_id character varying(100) NOT NULL,
    conversation_id uuid,
    raw text,
    status character varying(50),
    version text,
    lead_score double precision,
    flags smallint NOT NULL,
    problem text,
    description text
);

COMMENT ON COLUMN public.stage_domiq.flags IS '1 email, 2 phone, 4 tour_datetime, 8 income_verification, 16 id perhaps seen before in this pull, 32 updated_at is from the future';

COMMENT ON COLUMN public.stage_domiq.description IS 'The fields that describe as lead_description.told has them; null: the record tells none';

CREATE UNLOGGED TABLE public.stage_link (
    conversation_id uuid NOT NULL,
    resman_lead_id character varying(100) NOT NULL,
    property_id uuid NOT NULL,
    how text NOT NULL,
    evidence text
);

COMMENT ON TABLE public.stage_link IS 'One link that the pull under way made, or would make';

COMMENT ON COLUMN public.stage_link.conversation_id IS 'The conversation in DomIQ';

COMMENT ON COLUMN public.stage_link.resman_lead_id IS 'The lead''s id in ResMan';

COMMENT ON COLUMN public.stage_link.property_id IS 'The property in ResMan that both are of';

COMMENT ON COLUMN public.stage_link.how IS 'email or phone';

COMMENT ON COLUMN public.stage_link.evidence IS 'The contacts that both have, masked; null: the lead was erased';

CREATE UNLOGGED TABLE public.stage_plan (
    property_id uuid,
    resman_lead_id character varying(100) NOT NULL,
    conversation_id uuid,
    base character varying(50),
    domiq_raw text,
    domiq character varying(50),
    resman_raw text,
    resman character varying(50),
    verdict text NOT NULL,
    rule integer NOT NULL,
    action text NOT NULL,
    target character varying(50),
    hops text[] DEFAULT '{}'::text[] NOT NULL,
    irregular boolean DEFAULT false NOT NULL,
    cause text,
    outcome text,
    reason text,
    domiq_version text,
    resman_version text
);

CREATE UNLOGGED TABLE public.stage_pull (
    system text NOT NULL,
    property_id uuid NOT NULL,
    complete boolean NOT NULL,
    incremental boolean NOT NULL,
    records bigint DEFAULT 0 NOT NULL,
    digest text,
    agreed bigint DEFAULT 0 NOT NULL
);

COMMENT ON COLUMN public.stage_pull.records IS 'Records of its pages with a lead id';

COMMENT ON COLUMN public.stage_pull.digest IS 'Digest of those records in any order; null: there was none';

COMMENT ON COLUMN public.stage_pull.agreed IS 'Of those records, the ones that were not staged, because both systems and the log agree on their leads';

CREATE UNLOGGED TABLE public.stage_resman (
    property_id uuid NOT NULL,
    resman_lead_id character varying(100) NOT NULL,
    raw text,
    status character varying(50),
    version text,
    lead_score double precision,
    flags smallint NOT NULL,
    problem text,
    description text
);

COMMENT ON COLUMN public.stage_resman.flags IS '1 email, 2 phone, 4 tour_datetime, 8 income_verification, 16 id perhaps seen before in this pull, 32 updated_at is from the future';

COMMENT ON COLUMN public.stage_resman.description IS 'The fields that describe as lead_description.told has them; null: the record tells none';

CREATE TABLE public.status_notification_preferences (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id uuid,
    status_type character varying(50),
    notification_method character varying(50),
    recipients jsonb,
    template_id character varying(100),
    is_active boolean DEFAULT true,
    created_at timestamp with time zone DEFAULT now(),
    CONSTRAINT status_notification_preferences_notification_method_check CHECK (((notification_method)::text = ANY ((ARRAY['email'::character varying, 'sms'::character varying, 'slack'::character varying, 'in_app'::character varying])::text[]))),
    CONSTRAINT status_notification_preferences_status_type_check CHECK (((status_type)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'tour_scheduled'::character varying, 'application'::character varying, 'leased'::character varying, 'lost'::character varying])::text[])))
);

ALTER TABLE public.status_sync_log ALTER COLUMN seq ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.status_sync_log_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.status_workflow_rules (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id uuid,
    trigger_status character varying(50),
    target_status character varying(50),
    conditions jsonb,
    actions jsonb,
    is_active boolean DEFAULT true,
    created_at timestamp with time zone DEFAULT now(),
    CONSTRAINT status_workflow_rules_target_status_check CHECK (((target_status)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'tour_scheduled'::character varying, 'application'::character varying, 'leased'::character varying, 'lost'::character varying])::text[]))),
    CONSTRAINT status_workflow_rules_trigger_status_check CHECK (((trigger_status)::text = ANY ((ARRAY['new'::character varying, 'contacted'::character varying, 'qualified'::character varying, 'tour_scheduled'::character varying, 'application'::character varying, 'leased'::character varying, 'lost'::character varying])::text[])))
);

CREATE TABLE public.sync_run (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    mode text NOT NULL,
    state text DEFAULT 'running'::text NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    as_of timestamp with time zone NOT NULL,
    full_pull boolean DEFAULT true NOT NULL,
    exit_code integer,
    summary jsonb,
    CONSTRAINT sync_run_mode_check CHECK ((mode = ANY (ARRAY['run'::text, 'apply'::text, 'resolve'::text]))),
    CONSTRAINT sync_run_state_check CHECK ((state = ANY (ARRAY['running'::text, 'finished'::text, 'failed'::text, 'interrupted'::text])))
);

COMMENT ON COLUMN public.sync_run.summary IS 'run.json of the run: counts, digests, times; null while it runs';

CREATE TABLE public.timezone_name (
    name text NOT NULL
);

COMMENT ON TABLE public.timezone_name IS 'Names of the IANA time zone database as this server had them when it was migrated';

COMMENT ON COLUMN public.timezone_name.name IS 'As the database spells it';

CREATE VIEW public.visit AS
 SELECT stays.lead,
    stays.property_id,
    (
        CASE
            WHEN stays.truncated THEN (stay.place - 1)
            ELSE stay.place
        END)::integer AS n,
    kind.status,
        CASE
            WHEN ((NOT stays.truncated) OR (stay.place > 1)) THEN stay.entered_at
            ELSE NULL::timestamp with time zone
        END AS entered_at,
    stays.entered_at[(stay.place + 1)] AS left_at,
    ( SELECT entry_kind.status
           FROM public.entry_kind
          WHERE (entry_kind.id = stays.entries[(stay.place - 1)])) AS previous_status,
    ( SELECT entry_kind.status
           FROM public.entry_kind
          WHERE (entry_kind.id = stays.entries[(stay.place + 1)])) AS next_status,
    kind.updated_by,
    kind.sync_direction,
    (stays.truncated AND (stay.place = 1)) AS truncated,
    kind.legal,
    kind.continuous,
        CASE
            WHEN ((NOT stays.truncated) OR (stay.place > 1)) THEN ((stay.entered_at AT TIME ZONE zone.name))::date
            ELSE NULL::date
        END AS entered_day,
    ((stays.entered_at[(stay.place + 1)] AT TIME ZONE zone.name))::date AS left_day,
        CASE
            WHEN (NOT stays.truncated) THEN stays.entered_at[1]
            ELSE NULL::timestamp with time zone
        END AS created_at
   FROM ((((public.stays
     LEFT JOIN public.property ON ((property.id = stays.property_id)))
     CROSS JOIN LATERAL ( SELECT COALESCE(public.known_timezone(property.timezone), 'UTC'::text) AS "coalesce") zone(name))
     CROSS JOIN LATERAL UNNEST(stays.entries, stays.entered_at) WITH ORDINALITY stay(entry, entered_at, place))
     JOIN public.entry_kind kind ON ((kind.id = stay.entry)));

COMMENT ON VIEW public.visit IS 'One stay of one lead in one status';

COMMENT ON COLUMN public.visit.lead IS 'resman_lead_id, or the conversation id where the log has no lead id';

COMMENT ON COLUMN public.visit.property_id IS 'Property of the lead''s latest row; null where nothing names one';

COMMENT ON COLUMN public.visit.n IS '1 for the first stay after creation; 0 for a stay whose start the log does not have';

COMMENT ON COLUMN public.visit.status IS 'Status as logged';

COMMENT ON COLUMN public.visit.entered_at IS 'When the stay began; null where truncated';

COMMENT ON COLUMN public.visit.left_at IS 'When it ended; null while it lasts';

COMMENT ON COLUMN public.visit.previous_status IS 'Status of the stay before; null for a creation';

COMMENT ON COLUMN public.visit.next_status IS 'Status it ended for; null while it lasts';

COMMENT ON COLUMN public.visit.updated_by IS 'Who made the change that began it';

COMMENT ON COLUMN public.visit.sync_direction IS 'Direction of the log row that began it';

COMMENT ON COLUMN public.visit.truncated IS 'The history starts inside this stay: counted in distribution only';

COMMENT ON COLUMN public.visit.legal IS 'The log row that began it follows the transition rules; true for a creation';

COMMENT ON COLUMN public.visit.continuous IS 'Its old status was the new status of the row before; true for a first row';

COMMENT ON COLUMN public.visit.entered_day IS 'entered_at as the property''s local day';

COMMENT ON COLUMN public.visit.left_day IS 'left_at as the property''s local day';

COMMENT ON COLUMN public.visit.created_at IS 'When the lead was created; null where its history starts earlier';

CREATE TABLE public.webhook_delivery (
    webhook_id character varying(255) NOT NULL,
    property_id uuid,
    resman_lead_id character varying(100) NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    new_status character varying(50) NOT NULL,
    outcome text NOT NULL,
    payload jsonb NOT NULL,
    CONSTRAINT webhook_delivery_outcome_check CHECK ((outcome = ANY (ARRAY['applied'::text, 'repeated'::text, 'superseded'::text, 'echo'::text, 'waiting'::text])))
);

COMMENT ON TABLE public.webhook_delivery IS 'One accepted webhook';

COMMENT ON COLUMN public.webhook_delivery.occurred_at IS 'updated_at of the payload: ResMan''s own time of the change';

COMMENT ON COLUMN public.webhook_delivery.outcome IS 'applied: moved the lead; repeated: it was there already; superseded: a newer change was known; echo: our own change coming back; waiting: nobody knows the lead yet, or a change of ours that it may report has not ended';

CREATE TABLE public.workflow_execution (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    property_id uuid,
    log_id uuid NOT NULL,
    rule_id uuid NOT NULL,
    resman_lead_id character varying(100),
    action_index smallint NOT NULL,
    action_type character varying(30),
    action jsonb,
    event jsonb NOT NULL,
    state character varying(10) NOT NULL,
    reason text,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT workflow_execution_action_type_check CHECK (((action_type)::text = ANY ((ARRAY['send_notification'::character varying, 'schedule_follow_up'::character varying, 'update_lead_score'::character varying, 'create_task'::character varying])::text[]))),
    CONSTRAINT workflow_execution_check CHECK (((action_type IS NOT NULL) OR ((state)::text = ANY ((ARRAY['failed'::character varying, 'unmet'::character varying])::text[])))),
    CONSTRAINT workflow_execution_state_check CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'done'::character varying, 'failed'::character varying, 'unmet'::character varying])::text[])))
);

COMMENT ON TABLE public.workflow_execution IS 'One action of one rule for one status change. A rule whose trigger the change matched but whose conditions it did not meet, or that cannot be read, has one row without an action';

COMMENT ON COLUMN public.workflow_execution.rule_id IS 'status_workflow_rules.id, as the rule was then';

COMMENT ON COLUMN public.workflow_execution.action_index IS 'Place of the action in its rule, from 0; -1 where the rule came to no action';

COMMENT ON COLUMN public.workflow_execution.action IS 'The action as its rule had it';

COMMENT ON COLUMN public.workflow_execution.event IS 'The change and what was known of its lead then';

COMMENT ON COLUMN public.workflow_execution.state IS 'pending: due at next_attempt_at; done: executed, once; failed: given up, or the rule cannot be read; unmet: a condition does not hold. done / (done + failed) is the actions'' own success';

COMMENT ON COLUMN public.workflow_execution.reason IS 'Why it is failed or unmet, or why the last try failed';

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.api_key
    ADD CONSTRAINT api_key_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.conversation_context
    ADD CONSTRAINT conversation_context_pkey PRIMARY KEY (conversation_id);

ALTER TABLE ONLY public.conversation
    ADD CONSTRAINT conversation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.daily_revision
    ADD CONSTRAINT daily_revision_property_id_day_direction_updated_by_key UNIQUE NULLS NOT DISTINCT (property_id, day, direction, updated_by);

ALTER TABLE ONLY public.drift_alarm
    ADD CONSTRAINT drift_alarm_pkey PRIMARY KEY (run_id, property_id);

ALTER TABLE ONLY public.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (run_id, resman_lead_id);

ALTER TABLE ONLY public.entry_kind
    ADD CONSTRAINT entry_kind_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.erasure
    ADD CONSTRAINT erasure_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT follow_up_execution_id_key UNIQUE (execution_id);

ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT follow_up_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_pkey PRIMARY KEY (api_key_id, key);

ALTER TABLE ONLY public.job_lock
    ADD CONSTRAINT job_lock_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.lead_description
    ADD CONSTRAINT lead_description_pkey PRIMARY KEY (resman_lead_id, system);

ALTER TABLE ONLY public.lead_link
    ADD CONSTRAINT lead_link_pkey PRIMARY KEY (conversation_id);

ALTER TABLE ONLY public.lead
    ADD CONSTRAINT lead_pkey PRIMARY KEY (resman_lead_id);

ALTER TABLE ONLY public.lead_score_change
    ADD CONSTRAINT lead_score_change_execution_id_key UNIQUE (execution_id);

ALTER TABLE ONLY public.lead_score_change
    ADD CONSTRAINT lead_score_change_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.lead_task
    ADD CONSTRAINT lead_task_execution_id_key UNIQUE (execution_id);

ALTER TABLE ONLY public.lead_task
    ADD CONSTRAINT lead_task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.link_proposal
    ADD CONSTRAINT link_proposal_pkey PRIMARY KEY (conversation_id, resman_lead_id);

ALTER TABLE ONLY public.measured_conversation
    ADD CONSTRAINT measured_conversation_pkey PRIMARY KEY (conversation_id);

ALTER TABLE ONLY public.measured_property
    ADD CONSTRAINT measured_property_pkey PRIMARY KEY (property_id);

ALTER TABLE ONLY public.measured_state
    ADD CONSTRAINT measured_state_pkey PRIMARY KEY (one);

ALTER TABLE ONLY public.measured_waiting
    ADD CONSTRAINT measured_waiting_pkey PRIMARY KEY (seq);

ALTER TABLE ONLY public.measurement
    ADD CONSTRAINT measurement_pkey PRIMARY KEY (as_of);

ALTER TABLE ONLY public.metric_agents_revision
    ADD CONSTRAINT metric_agents_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, kind, agent_id, agent_name);

ALTER TABLE ONLY public.metric_alerts_revision
    ADD CONSTRAINT metric_alerts_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, target);

ALTER TABLE ONLY public.metric_anomalies_revision
    ADD CONSTRAINT metric_anomalies_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, metric, day);

ALTER TABLE ONLY public.metric_changes_revision
    ADD CONSTRAINT metric_changes_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, metric, status);

ALTER TABLE ONLY public.metric_cohorts_revision
    ADD CONSTRAINT metric_cohorts_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, grain, cohort_start, step_order, maturity);

ALTER TABLE ONLY public.metric_conversion_revision
    ADD CONSTRAINT metric_conversion_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, status);

ALTER TABLE ONLY public.metric_curves_revision
    ADD CONSTRAINT metric_curves_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, curve, day);

ALTER TABLE ONLY public.metric_daily_revision
    ADD CONSTRAINT metric_daily_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, day, direction, updated_by);

ALTER TABLE ONLY public.metric_data_quality_revision
    ADD CONSTRAINT metric_data_quality_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, issue);

ALTER TABLE ONLY public.metric_delivery_revision
    ADD CONSTRAINT metric_delivery_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, kind, channel_or_direction);

ALTER TABLE ONLY public.metric_distribution_revision
    ADD CONSTRAINT metric_distribution_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, day, status);

ALTER TABLE ONLY public.metric_funnel_revision
    ADD CONSTRAINT metric_funnel_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, step_order, maturity);

ALTER TABLE ONLY public.metric_lost_reasons_revision
    ADD CONSTRAINT metric_lost_reasons_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, kind, reason);

ALTER TABLE ONLY public.metric_performance_revision
    ADD CONSTRAINT metric_performance_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, metric);

ALTER TABLE ONLY public.metric_restatements_revision
    ADD CONSTRAINT metric_restatements_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, metric, day, status);

ALTER TABLE ONLY public.metric_sources_revision
    ADD CONSTRAINT metric_sources_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, kind, source, step_order, maturity);

ALTER TABLE ONLY public.metric_stalled_revision
    ADD CONSTRAINT metric_stalled_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, resman_lead_id);

ALTER TABLE ONLY public.metric_time_in_status_revision
    ADD CONSTRAINT metric_time_in_status_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, status);

ALTER TABLE ONLY public.metric_tours_revision
    ADD CONSTRAINT metric_tours_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until);

ALTER TABLE ONLY public.metric_transitions_revision
    ADD CONSTRAINT metric_transitions_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, from_status, to_status);

ALTER TABLE ONLY public.metric_unanswered_revision
    ADD CONSTRAINT metric_unanswered_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, resman_lead_id);

ALTER TABLE ONLY public.metric_weeks_revision
    ADD CONSTRAINT metric_weeks_revision_key UNIQUE NULLS NOT DISTINCT (scope, property_id, until, week_start, metric);

ALTER TABLE ONLY public.notification_contact
    ADD CONSTRAINT notification_contact_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.notification_contact
    ADD CONSTRAINT notification_contact_property_id_role_channel_address_key UNIQUE NULLS NOT DISTINCT (property_id, role, channel, address);

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.property
    ADD CONSTRAINT property_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.pull_cursor
    ADD CONSTRAINT pull_cursor_pkey PRIMARY KEY (system, property_id);

ALTER TABLE ONLY public.resman_poll
    ADD CONSTRAINT resman_poll_pkey PRIMARY KEY (property_id);

ALTER TABLE ONLY public.review_item
    ADD CONSTRAINT review_item_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.rollup
    ADD CONSTRAINT rollup_kind_property_id_day_key_key UNIQUE NULLS NOT DISTINCT (kind, property_id, day, key);

ALTER TABLE ONLY public.run_property
    ADD CONSTRAINT run_property_pkey PRIMARY KEY (run_id, property_id);

ALTER TABLE ONLY public.run_pull
    ADD CONSTRAINT run_pull_pkey PRIMARY KEY (run_id, system, property_id);

ALTER TABLE ONLY public.schema_migration
    ADD CONSTRAINT schema_migration_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.stage_diff
    ADD CONSTRAINT stage_diff_pkey PRIMARY KEY (resman_lead_id);

ALTER TABLE ONLY public.stage_link
    ADD CONSTRAINT stage_link_pkey PRIMARY KEY (conversation_id);

ALTER TABLE ONLY public.stage_pull
    ADD CONSTRAINT stage_pull_pkey PRIMARY KEY (system, property_id);

ALTER TABLE ONLY public.status_notification_preferences
    ADD CONSTRAINT status_notification_preferences_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.status_sync_log
    ADD CONSTRAINT status_sync_log_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.status_workflow_rules
    ADD CONSTRAINT status_workflow_rules_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.stays
    ADD CONSTRAINT stays_pkey PRIMARY KEY (lead);

ALTER TABLE ONLY public.sync_run
    ADD CONSTRAINT sync_run_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.timezone_name
    ADD CONSTRAINT timezone_name_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.webhook_delivery
    ADD CONSTRAINT webhook_delivery_pkey PRIMARY KEY (webhook_id);

ALTER TABLE ONLY public.workflow_execution
    ADD CONSTRAINT workflow_execution_log_id_rule_id_action_index_key UNIQUE (log_id, rule_id, action_index);

ALTER TABLE ONLY public.workflow_execution
    ADD CONSTRAINT workflow_execution_pkey PRIMARY KEY (id);

CREATE UNIQUE INDEX api_key_name ON public.api_key USING btree (name) WHERE (revoked_at IS NULL);

CREATE INDEX conversation_resman_lead_id ON public.conversation USING btree (resman_lead_id);

CREATE INDEX drift_waiting ON public.drift USING btree (run_id, action, (((target)::text = ANY ((ARRAY['leased'::character varying, 'lost'::character varying])::text[]))), resman_lead_id) WHERE ((outcome IS NULL) AND (action = ANY (ARRAY['push'::text, 'pull'::text])));

CREATE INDEX erasure_lead ON public.erasure USING btree (resman_lead_id);

CREATE INDEX follow_up_due ON public.follow_up USING btree (due_at) WHERE ((state)::text = 'scheduled'::text);

CREATE INDEX idempotency_claimed ON public.idempotency USING btree (claimed_at);

CREATE INDEX idempotency_intent ON public.idempotency USING btree (intent_id);

CREATE INDEX lead_conversation ON public.lead USING btree (conversation_id) WHERE (conversation_id IS NOT NULL);

CREATE INDEX lead_link_lead ON public.lead_link USING btree (resman_lead_id);

CREATE INDEX lead_link_property ON public.lead_link USING btree (property_id);

CREATE INDEX lead_open ON public.lead USING btree (resman_lead_id) WHERE ((domiq_raw IS NOT NULL) AND (((domiq)::text IS DISTINCT FROM (base)::text) OR ((resman)::text IS DISTINCT FROM (base)::text) OR (base IS NULL)));

CREATE INDEX lead_property ON public.lead USING btree (property_id);

CREATE INDEX lead_score_change_lead ON public.lead_score_change USING btree (resman_lead_id);

CREATE INDEX lead_task_open ON public.lead_task USING btree (property_id, due_at) WHERE ((state)::text = 'open'::text);

CREATE INDEX link_proposal_lead ON public.link_proposal USING btree (resman_lead_id);

CREATE INDEX link_proposal_property ON public.link_proposal USING btree (property_id);

CREATE INDEX notification_due ON public.notification USING btree (next_attempt_at) WHERE ((state)::text = 'pending'::text);

CREATE INDEX notification_inbox ON public.notification USING btree (property_id, recipient, created_at) WHERE ((channel)::text = 'in_app'::text);

CREATE INDEX notification_log ON public.notification USING btree (log_id);

CREATE UNIQUE INDEX notification_mailbox_once ON public.notification USING btree (log_id, channel, mailbox) WHERE ((mailbox IS NOT NULL) AND ((origin)::text = ANY ((ARRAY['preference'::character varying, 'workflow'::character varying])::text[])));

CREATE UNIQUE INDEX notification_once ON public.notification USING btree (log_id, channel, recipient, address, origin_id) NULLS NOT DISTINCT WHERE ((origin)::text <> 'preference'::text);

CREATE UNIQUE INDEX notification_preference_once ON public.notification USING btree (log_id, channel, recipient, address) NULLS NOT DISTINCT WHERE ((origin)::text = 'preference'::text);

CREATE INDEX notification_property ON public.notification USING btree (property_id, channel, created_at);

CREATE UNIQUE INDEX notification_reminder_once ON public.notification USING btree (log_id, channel, mailbox, origin_id) WHERE ((mailbox IS NOT NULL) AND ((origin)::text = ANY ((ARRAY['follow_up'::character varying, 'prospect'::character varying])::text[])));

CREATE UNIQUE INDEX notification_report_once ON public.notification USING btree (origin_id, channel, mailbox) WHERE (((origin)::text = 'report'::text) AND (mailbox IS NOT NULL));

CREATE INDEX review_item_answered ON public.review_item USING btree (resman_lead_id) WHERE (answered_at IS NOT NULL);

CREATE UNIQUE INDEX review_item_standing ON public.review_item USING btree (resman_lead_id) WHERE (state = ANY (ARRAY['open'::text, 'accepted'::text, 'ignored'::text]));

CREATE INDEX run_property_history ON public.run_property USING btree (property_id, as_of);

CREATE INDEX stage_link_property ON public.stage_link USING btree (property_id);

CREATE INDEX status_sync_log_at ON public.status_sync_log USING btree (COALESCE(occurred_at, created_at));

CREATE INDEX status_sync_log_conversation ON public.status_sync_log USING btree (conversation_id) WHERE ((resman_lead_id IS NULL) OR (property_id IS NULL));

CREATE INDEX status_sync_log_lead ON public.status_sync_log USING btree (resman_lead_id, seq);

CREATE UNIQUE INDEX status_sync_log_pending ON public.status_sync_log USING btree (resman_lead_id) WHERE ((sync_status)::text = 'pending'::text);

CREATE INDEX status_sync_log_run ON public.status_sync_log USING btree (run_id) WHERE (run_id IS NOT NULL);

CREATE UNIQUE INDEX status_sync_log_seq ON public.status_sync_log USING btree (seq);

CREATE INDEX status_sync_log_unsynced ON public.status_sync_log USING btree (COALESCE(occurred_at, created_at)) WHERE ((sync_status)::text <> 'success'::text);

CREATE INDEX sync_run_started ON public.sync_run USING btree (started_at);

CREATE INDEX webhook_delivery_received ON public.webhook_delivery USING btree (received_at);

CREATE INDEX webhook_delivery_waiting ON public.webhook_delivery USING btree (resman_lead_id) WHERE (outcome = 'waiting'::text);

CREATE INDEX workflow_execution_due ON public.workflow_execution USING btree (next_attempt_at) WHERE ((state)::text = 'pending'::text);

CREATE INDEX workflow_execution_property ON public.workflow_execution USING btree (property_id, created_at);

CREATE TRIGGER lead_follow_log_insert AFTER INSERT ON public.status_sync_log REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.lead_follow_log();

CREATE TRIGGER lead_follow_log_update AFTER UPDATE ON public.status_sync_log REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.lead_follow_log();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_agents_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_alerts_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_anomalies_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_changes_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_cohorts_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_conversion_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_curves_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_daily_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_data_quality_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_delivery_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_distribution_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_funnel_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_lost_reasons_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_performance_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_restatements_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_sources_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_stalled_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_time_in_status_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_tours_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_transitions_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_unanswered_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_no_truncate BEFORE TRUNCATE ON public.metric_weeks_revision FOR EACH STATEMENT EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, kind, agent_id, agent_name, leads, contacted, toured, leased, lost, open, leased_rate, lo95, hi95, place ON public.metric_agents_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, target, figure, status, value, n, unit, limit_kind, limit_value, baseline, change_percent, min_n, weeks, weeks_missed, verdict ON public.metric_alerts_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, metric, day, timezone, observed, expected, score, p_value, note ON public.metric_anomalies_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, metric, status, previous, current, difference, lo95, hi95, p_value, q_value, verdict ON public.metric_changes_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, grain, cohort_start, timezone, step_order, status, maturity, reached, visited, skipped, overall_rate, overall_lo95, overall_hi95, lost, open ON public.metric_cohorts_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, status, entered, advanced, lost, open, rate, lo95, hi95, advanced_7d, advanced_30d, advanced_90d ON public.metric_conversion_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, curve, day, leads, reached, waiting, probability, lo95, hi95 ON public.metric_curves_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, day, timezone, direction, updated_by, changes, creations, failed, revised_at ON public.metric_daily_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, issue, count, total, note ON public.metric_data_quality_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, kind, channel_or_direction, delivered, failed, bounced, expired, pending, suppressed, rate, lo95, hi95, first_attempt_rate ON public.metric_delivery_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, day, timezone, status, leads, created, moved_in, moved_out ON public.metric_distribution_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, step_order, status, maturity, reached, visited, skipped, step_rate, step_lo95, step_hi95, overall_rate, overall_lo95, overall_hi95, lost, open, overall_min, overall_max ON public.metric_funnel_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, kind, reason, place, lost, share, lo95, hi95, lost_before, share_before, difference, difference_lo95, difference_hi95, verdict ON public.metric_lost_reasons_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays('reason');

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, metric, numerator, denominator, value, lo95, hi95, unit, note ON public.metric_performance_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, metric, day, timezone, status, published_as_of, old_value, new_value, reason ON public.metric_restatements_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, kind, source, step_order, status, maturity, reached, overall_rate, overall_lo95, overall_hi95, lost, open, share ON public.metric_sources_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays('source');

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, resman_lead_id, status, entered_at, open_seconds, p90_seconds ON public.metric_stalled_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, status, n_closed, n_open, mean_seconds, km_median_seconds, km_lo95_seconds, km_hi95_seconds, p25_seconds, p75_seconds, p90_seconds, rmst_90d_seconds, oldest_open_seconds, n_in_status ON public.metric_time_in_status_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, booked, showed, cancelled, upcoming, not_recorded_as_shown, no_show, unknown, showed_rate, lo95, hi95 ON public.metric_tours_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, from_status, to_status, count, leads, share, lo95, hi95, legal, mean_seconds, median_seconds, illegal ON public.metric_transitions_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, resman_lead_id, waiting_since, waiting_seconds, over_48h, from_creation, agent_name ON public.metric_unanswered_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER revision_stays BEFORE UPDATE OF since, scope, property_id, property_name, week_start, timezone, weeks_ago, complete, metric, basis, numerator, denominator, value ON public.metric_weeks_revision FOR EACH ROW EXECUTE FUNCTION public.revision_stays();

CREATE TRIGGER status_sync_log_append_only BEFORE DELETE OR UPDATE ON public.status_sync_log FOR EACH ROW EXECUTE FUNCTION public.status_sync_log_append_only();

CREATE TRIGGER status_sync_log_no_truncate BEFORE TRUNCATE ON public.status_sync_log FOR EACH STATEMENT EXECUTE FUNCTION public.status_sync_log_append_only();

ALTER TABLE ONLY public.drift_alarm
    ADD CONSTRAINT drift_alarm_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.sync_run(id);

ALTER TABLE ONLY public.drift
    ADD CONSTRAINT drift_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.sync_run(id);

ALTER TABLE ONLY public.follow_up
    ADD CONSTRAINT follow_up_execution_id_fkey FOREIGN KEY (execution_id) REFERENCES public.workflow_execution(id);

ALTER TABLE ONLY public.idempotency
    ADD CONSTRAINT idempotency_api_key_id_fkey FOREIGN KEY (api_key_id) REFERENCES public.api_key(id);

ALTER TABLE ONLY public.lead_score_change
    ADD CONSTRAINT lead_score_change_execution_id_fkey FOREIGN KEY (execution_id) REFERENCES public.workflow_execution(id);

ALTER TABLE ONLY public.lead_task
    ADD CONSTRAINT lead_task_execution_id_fkey FOREIGN KEY (execution_id) REFERENCES public.workflow_execution(id);

ALTER TABLE ONLY public.notification_contact
    ADD CONSTRAINT notification_contact_property_id_fkey FOREIGN KEY (property_id) REFERENCES public.property(id);

ALTER TABLE ONLY public.notification
    ADD CONSTRAINT notification_log_id_fkey FOREIGN KEY (log_id) REFERENCES public.status_sync_log(id);

ALTER TABLE ONLY public.run_property
    ADD CONSTRAINT run_property_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.sync_run(id);

ALTER TABLE ONLY public.run_pull
    ADD CONSTRAINT run_pull_run_id_fkey FOREIGN KEY (run_id) REFERENCES public.sync_run(id);

ALTER TABLE ONLY public.status_notification_preferences
    ADD CONSTRAINT status_notification_preferences_property_id_fkey FOREIGN KEY (property_id) REFERENCES public.property(id);

ALTER TABLE ONLY public.status_sync_log
    ADD CONSTRAINT status_sync_log_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES public.conversation(id);

ALTER TABLE ONLY public.status_workflow_rules
    ADD CONSTRAINT status_workflow_rules_property_id_fkey FOREIGN KEY (property_id) REFERENCES public.property(id);

ALTER TABLE ONLY public.workflow_execution
    ADD CONSTRAINT workflow_execution_log_id_fkey FOREIGN KEY (log_id) REFERENCES public.status_sync_log(id);

GRANT USAGE ON SCHEMA public TO status_sync_job;
GRANT USAGE ON SCHEMA public TO status_sync_planner;
GRANT USAGE ON SCHEMA public TO status_sync_api;
GRANT USAGE ON SCHEMA public TO status_sync_reader;
GRANT USAGE ON SCHEMA public TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.measurement TO status_sync_job;
GRANT SELECT ON TABLE public.measurement TO status_sync_planner;
GRANT SELECT ON TABLE public.measurement TO status_sync_api;
GRANT SELECT ON TABLE public.measurement TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_agents_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_agents_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_agents_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_agents_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_agents_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_agents TO status_sync_job;
GRANT SELECT ON TABLE public.metric_agents TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_agents TO status_sync_api;
GRANT SELECT ON TABLE public.metric_agents TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_alerts_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_alerts_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_alerts_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_alerts_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_alerts_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_alerts TO status_sync_job;
GRANT SELECT ON TABLE public.metric_alerts TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_alerts TO status_sync_api;
GRANT SELECT ON TABLE public.metric_alerts TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_anomalies_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_anomalies_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_anomalies_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_anomalies_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_anomalies_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_anomalies TO status_sync_job;
GRANT SELECT ON TABLE public.metric_anomalies TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_anomalies TO status_sync_api;
GRANT SELECT ON TABLE public.metric_anomalies TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_changes_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_changes_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_changes_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_changes_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_changes_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_changes TO status_sync_job;
GRANT SELECT ON TABLE public.metric_changes TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_changes TO status_sync_api;
GRANT SELECT ON TABLE public.metric_changes TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_cohorts_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_cohorts_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_cohorts_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_cohorts_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_cohorts_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_cohorts TO status_sync_job;
GRANT SELECT ON TABLE public.metric_cohorts TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_cohorts TO status_sync_api;
GRANT SELECT ON TABLE public.metric_cohorts TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_conversion_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_conversion_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_conversion_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_conversion_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_conversion_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_conversion TO status_sync_job;
GRANT SELECT ON TABLE public.metric_conversion TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_conversion TO status_sync_api;
GRANT SELECT ON TABLE public.metric_conversion TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_curves_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_curves_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_curves_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_curves_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_curves_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_curves TO status_sync_job;
GRANT SELECT ON TABLE public.metric_curves TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_curves TO status_sync_api;
GRANT SELECT ON TABLE public.metric_curves TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_daily_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_daily_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_daily_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_daily_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_daily_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_daily TO status_sync_job;
GRANT SELECT ON TABLE public.metric_daily TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_daily TO status_sync_api;
GRANT SELECT ON TABLE public.metric_daily TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_data_quality_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_data_quality_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_data_quality_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_data_quality_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_data_quality_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_data_quality TO status_sync_job;
GRANT SELECT ON TABLE public.metric_data_quality TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_data_quality TO status_sync_api;
GRANT SELECT ON TABLE public.metric_data_quality TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_delivery_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_delivery_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_delivery_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_delivery_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_delivery_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_delivery TO status_sync_job;
GRANT SELECT ON TABLE public.metric_delivery TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_delivery TO status_sync_api;
GRANT SELECT ON TABLE public.metric_delivery TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_distribution_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_distribution_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_distribution_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_distribution_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_distribution_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_distribution TO status_sync_job;
GRANT SELECT ON TABLE public.metric_distribution TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_distribution TO status_sync_api;
GRANT SELECT ON TABLE public.metric_distribution TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_funnel_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_funnel_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_funnel_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_funnel_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_funnel_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_funnel TO status_sync_job;
GRANT SELECT ON TABLE public.metric_funnel TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_funnel TO status_sync_api;
GRANT SELECT ON TABLE public.metric_funnel TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_lost_reasons_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_lost_reasons_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_lost_reasons_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_lost_reasons_revision TO status_sync_reader;
GRANT SELECT ON TABLE public.metric_lost_reasons_revision TO status_sync_eraser;

GRANT UPDATE(until) ON TABLE public.metric_lost_reasons_revision TO status_sync_job;

GRANT UPDATE(reason) ON TABLE public.metric_lost_reasons_revision TO status_sync_eraser;

GRANT SELECT ON TABLE public.metric_lost_reasons TO status_sync_job;
GRANT SELECT ON TABLE public.metric_lost_reasons TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_lost_reasons TO status_sync_api;
GRANT SELECT ON TABLE public.metric_lost_reasons TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_performance_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_performance_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_performance_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_performance_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_performance_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_performance TO status_sync_job;
GRANT SELECT ON TABLE public.metric_performance TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_performance TO status_sync_api;
GRANT SELECT ON TABLE public.metric_performance TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_restatements_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_restatements_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_restatements_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_restatements_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_restatements_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_restatements TO status_sync_job;
GRANT SELECT ON TABLE public.metric_restatements TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_restatements TO status_sync_api;
GRANT SELECT ON TABLE public.metric_restatements TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_sources_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_sources_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_sources_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_sources_revision TO status_sync_reader;
GRANT SELECT ON TABLE public.metric_sources_revision TO status_sync_eraser;

GRANT UPDATE(until) ON TABLE public.metric_sources_revision TO status_sync_job;

GRANT UPDATE(source) ON TABLE public.metric_sources_revision TO status_sync_eraser;

GRANT SELECT ON TABLE public.metric_sources TO status_sync_job;
GRANT SELECT ON TABLE public.metric_sources TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_sources TO status_sync_api;
GRANT SELECT ON TABLE public.metric_sources TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_stalled_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_stalled_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_stalled_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_stalled_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_stalled_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_stalled TO status_sync_job;
GRANT SELECT ON TABLE public.metric_stalled TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_stalled TO status_sync_api;
GRANT SELECT ON TABLE public.metric_stalled TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_time_in_status_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_time_in_status_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_time_in_status_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_time_in_status_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_time_in_status_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_time_in_status TO status_sync_job;
GRANT SELECT ON TABLE public.metric_time_in_status TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_time_in_status TO status_sync_api;
GRANT SELECT ON TABLE public.metric_time_in_status TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_tours_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_tours_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_tours_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_tours_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_tours_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_tours TO status_sync_job;
GRANT SELECT ON TABLE public.metric_tours TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_tours TO status_sync_api;
GRANT SELECT ON TABLE public.metric_tours TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_transitions_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_transitions_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_transitions_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_transitions_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_transitions_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_transitions TO status_sync_job;
GRANT SELECT ON TABLE public.metric_transitions TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_transitions TO status_sync_api;
GRANT SELECT ON TABLE public.metric_transitions TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_unanswered_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_unanswered_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_unanswered_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_unanswered_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_unanswered_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_unanswered TO status_sync_job;
GRANT SELECT ON TABLE public.metric_unanswered TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_unanswered TO status_sync_api;
GRANT SELECT ON TABLE public.metric_unanswered TO status_sync_reader;

GRANT SELECT,INSERT,DELETE ON TABLE public.metric_weeks_revision TO status_sync_job;
GRANT SELECT ON TABLE public.metric_weeks_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_weeks_revision TO status_sync_api;
GRANT SELECT ON TABLE public.metric_weeks_revision TO status_sync_reader;

GRANT UPDATE(until) ON TABLE public.metric_weeks_revision TO status_sync_job;

GRANT SELECT ON TABLE public.metric_weeks TO status_sync_job;
GRANT SELECT ON TABLE public.metric_weeks TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_weeks TO status_sync_api;
GRANT SELECT ON TABLE public.metric_weeks TO status_sync_reader;

GRANT SELECT ON TABLE public.api_key TO status_sync_api;

GRANT SELECT,INSERT,UPDATE ON TABLE public.conversation TO status_sync_job;
GRANT SELECT ON TABLE public.conversation TO status_sync_planner;
GRANT SELECT,INSERT,UPDATE ON TABLE public.conversation TO status_sync_api;
GRANT SELECT,UPDATE ON TABLE public.conversation TO status_sync_eraser;

GRANT SELECT,INSERT,UPDATE ON TABLE public.conversation_context TO status_sync_job;
GRANT SELECT,INSERT,UPDATE ON TABLE public.conversation_context TO status_sync_api;
GRANT SELECT ON TABLE public.conversation_context TO status_sync_eraser;

GRANT UPDATE(status_reason) ON TABLE public.conversation_context TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.daily_revision TO status_sync_job;
GRANT SELECT ON TABLE public.daily_revision TO status_sync_planner;
GRANT SELECT ON TABLE public.daily_revision TO status_sync_api;
GRANT SELECT ON TABLE public.daily_revision TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead TO status_sync_job;
GRANT SELECT ON TABLE public.lead TO status_sync_planner;
GRANT SELECT,INSERT,UPDATE ON TABLE public.lead TO status_sync_api;
GRANT SELECT ON TABLE public.lead TO status_sync_reader;
GRANT SELECT ON TABLE public.lead TO status_sync_eraser;

GRANT INSERT(resman_lead_id) ON TABLE public.lead TO status_sync_eraser;

GRANT UPDATE(lead_score) ON TABLE public.lead TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_description TO status_sync_job;
GRANT SELECT ON TABLE public.lead_description TO status_sync_planner;
GRANT SELECT,INSERT,UPDATE ON TABLE public.lead_description TO status_sync_api;
GRANT SELECT ON TABLE public.lead_description TO status_sync_eraser;

GRANT UPDATE(told) ON TABLE public.lead_description TO status_sync_eraser;

GRANT UPDATE(source) ON TABLE public.lead_description TO status_sync_eraser;

GRANT UPDATE(lost_reason) ON TABLE public.lead_description TO status_sync_eraser;

GRANT SELECT ON TABLE public.described_lead TO status_sync_job;
GRANT SELECT ON TABLE public.described_lead TO status_sync_planner;
GRANT SELECT ON TABLE public.described_lead TO status_sync_api;

GRANT SELECT(resman_lead_id) ON TABLE public.described_lead TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.described_lead TO status_sync_reader;

GRANT SELECT(source) ON TABLE public.described_lead TO status_sync_reader;

GRANT SELECT(lost_reason_since) ON TABLE public.described_lead TO status_sync_reader;

GRANT SELECT(agent_id) ON TABLE public.described_lead TO status_sync_reader;

GRANT SELECT(tour_status) ON TABLE public.described_lead TO status_sync_reader;

GRANT SELECT(tour_status_since) ON TABLE public.described_lead TO status_sync_reader;

GRANT SELECT(last_contact_at) ON TABLE public.described_lead TO status_sync_reader;

GRANT SELECT(first_contact_at) ON TABLE public.described_lead TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.drift TO status_sync_job;
GRANT SELECT ON TABLE public.drift TO status_sync_planner;
GRANT SELECT ON TABLE public.drift TO status_sync_api;
GRANT SELECT ON TABLE public.drift TO status_sync_eraser;

GRANT SELECT(run_id) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(resman_lead_id) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(conversation_id) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(base) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(domiq_raw) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(domiq) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(resman_raw) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(resman) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(verdict) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(rule) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(action) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(target) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(hops) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(irregular) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(cause) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(outcome) ON TABLE public.drift TO status_sync_reader;

GRANT UPDATE(reason) ON TABLE public.drift TO status_sync_eraser;

GRANT SELECT(domiq_version) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(resman_version) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT(planned) ON TABLE public.drift TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.drift_alarm TO status_sync_job;
GRANT SELECT ON TABLE public.drift_alarm TO status_sync_planner;
GRANT SELECT ON TABLE public.drift_alarm TO status_sync_api;
GRANT SELECT ON TABLE public.drift_alarm TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.entry_kind TO status_sync_job;
GRANT SELECT ON TABLE public.entry_kind TO status_sync_planner;
GRANT SELECT ON TABLE public.entry_kind TO status_sync_api;
GRANT SELECT ON TABLE public.entry_kind TO status_sync_reader;

GRANT SELECT ON TABLE public.erasure TO status_sync_job;
GRANT SELECT ON TABLE public.erasure TO status_sync_planner;
GRANT SELECT ON TABLE public.erasure TO status_sync_api;
GRANT SELECT,INSERT ON TABLE public.erasure TO status_sync_eraser;

GRANT SELECT(id) ON TABLE public.erasure TO status_sync_reader;

GRANT SELECT(resman_lead_id) ON TABLE public.erasure TO status_sync_reader;

GRANT SELECT(erased_at) ON TABLE public.erasure TO status_sync_reader;

GRANT UPDATE(removed) ON TABLE public.erasure TO status_sync_eraser;

GRANT UPDATE(reworded) ON TABLE public.erasure TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.follow_up TO status_sync_job;
GRANT SELECT,INSERT,UPDATE ON TABLE public.follow_up TO status_sync_api;
GRANT SELECT ON TABLE public.follow_up TO status_sync_eraser;

GRANT SELECT(id) ON TABLE public.follow_up TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.follow_up TO status_sync_reader;

GRANT SELECT(execution_id) ON TABLE public.follow_up TO status_sync_reader;

GRANT SELECT(resman_lead_id) ON TABLE public.follow_up TO status_sync_reader;

GRANT SELECT(status) ON TABLE public.follow_up TO status_sync_reader;

GRANT UPDATE(note) ON TABLE public.follow_up TO status_sync_eraser;

GRANT SELECT(due_at) ON TABLE public.follow_up TO status_sync_reader;

GRANT SELECT(state) ON TABLE public.follow_up TO status_sync_reader;
GRANT UPDATE(state) ON TABLE public.follow_up TO status_sync_eraser;

GRANT SELECT(created_at) ON TABLE public.follow_up TO status_sync_reader;

GRANT SELECT(finished_at) ON TABLE public.follow_up TO status_sync_reader;
GRANT UPDATE(finished_at) ON TABLE public.follow_up TO status_sync_eraser;

GRANT SELECT,INSERT,UPDATE ON TABLE public.status_sync_log TO status_sync_job;
GRANT SELECT ON TABLE public.status_sync_log TO status_sync_planner;
GRANT SELECT,INSERT,UPDATE ON TABLE public.status_sync_log TO status_sync_api;
GRANT SELECT ON TABLE public.status_sync_log TO status_sync_eraser;

GRANT SELECT(id) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(conversation_id) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(resman_lead_id) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(old_status) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(new_status) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT UPDATE(status_reason) ON TABLE public.status_sync_log TO status_sync_eraser;

GRANT SELECT(updated_by) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(sync_direction) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(sync_status) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT UPDATE(context_data) ON TABLE public.status_sync_log TO status_sync_eraser;

GRANT SELECT(created_at) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(seq) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(run_id) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(occurred_at) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(synced_at) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(attempts) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(failure) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(resman_version) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(domiq_version) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(bridged) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(irregular) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT(notify) ON TABLE public.status_sync_log TO status_sync_reader;

GRANT SELECT ON TABLE public.history_change TO status_sync_api;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency TO status_sync_api;
GRANT SELECT,DELETE,UPDATE ON TABLE public.idempotency TO status_sync_job;
GRANT SELECT,DELETE ON TABLE public.idempotency TO status_sync_eraser;

GRANT SELECT,UPDATE ON TABLE public.job_lock TO status_sync_job;
GRANT SELECT,UPDATE ON TABLE public.job_lock TO status_sync_planner;
GRANT SELECT,UPDATE ON TABLE public.job_lock TO status_sync_eraser;

GRANT SELECT(name) ON TABLE public.job_lock TO status_sync_api;
GRANT SELECT(name) ON TABLE public.job_lock TO status_sync_reader;

GRANT SELECT(pid) ON TABLE public.job_lock TO status_sync_api;
GRANT SELECT(pid) ON TABLE public.job_lock TO status_sync_reader;

GRANT SELECT(taken_at) ON TABLE public.job_lock TO status_sync_api;
GRANT SELECT(taken_at) ON TABLE public.job_lock TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.lead_link TO status_sync_job;
GRANT SELECT ON TABLE public.lead_link TO status_sync_planner;
GRANT SELECT ON TABLE public.lead_link TO status_sync_api;
GRANT SELECT ON TABLE public.lead_link TO status_sync_eraser;

GRANT UPDATE(evidence) ON TABLE public.lead_link TO status_sync_eraser;

GRANT SELECT,INSERT,UPDATE ON TABLE public.lead_score_change TO status_sync_job;
GRANT SELECT,INSERT,UPDATE ON TABLE public.lead_score_change TO status_sync_api;
GRANT SELECT ON TABLE public.lead_score_change TO status_sync_reader;
GRANT SELECT ON TABLE public.lead_score_change TO status_sync_eraser;

GRANT UPDATE(reason) ON TABLE public.lead_score_change TO status_sync_eraser;

GRANT SELECT,INSERT,UPDATE ON TABLE public.lead_task TO status_sync_job;
GRANT SELECT,INSERT,UPDATE ON TABLE public.lead_task TO status_sync_api;
GRANT SELECT ON TABLE public.lead_task TO status_sync_eraser;

GRANT SELECT(id) ON TABLE public.lead_task TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.lead_task TO status_sync_reader;

GRANT SELECT(execution_id) ON TABLE public.lead_task TO status_sync_reader;

GRANT SELECT(resman_lead_id) ON TABLE public.lead_task TO status_sync_reader;

GRANT UPDATE(title) ON TABLE public.lead_task TO status_sync_eraser;

GRANT UPDATE(description) ON TABLE public.lead_task TO status_sync_eraser;

GRANT SELECT(priority) ON TABLE public.lead_task TO status_sync_reader;

GRANT SELECT(due_at) ON TABLE public.lead_task TO status_sync_reader;

GRANT SELECT(state) ON TABLE public.lead_task TO status_sync_reader;
GRANT UPDATE(state) ON TABLE public.lead_task TO status_sync_eraser;

GRANT SELECT(created_at) ON TABLE public.lead_task TO status_sync_reader;

GRANT SELECT(finished_at) ON TABLE public.lead_task TO status_sync_reader;
GRANT UPDATE(finished_at) ON TABLE public.lead_task TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.measured_state TO status_sync_job;
GRANT SELECT ON TABLE public.measured_state TO status_sync_planner;
GRANT SELECT ON TABLE public.measured_state TO status_sync_api;
GRANT SELECT ON TABLE public.measured_state TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stays TO status_sync_job;
GRANT SELECT ON TABLE public.stays TO status_sync_planner;
GRANT SELECT ON TABLE public.stays TO status_sync_api;
GRANT SELECT ON TABLE public.stays TO status_sync_reader;

GRANT SELECT ON TABLE public.lead_times TO status_sync_job;
GRANT SELECT ON TABLE public.lead_times TO status_sync_planner;
GRANT SELECT ON TABLE public.lead_times TO status_sync_api;
GRANT SELECT ON TABLE public.lead_times TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.link_proposal TO status_sync_job;
GRANT SELECT ON TABLE public.link_proposal TO status_sync_planner;
GRANT SELECT ON TABLE public.link_proposal TO status_sync_api;
GRANT SELECT,DELETE ON TABLE public.link_proposal TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.measured_conversation TO status_sync_job;
GRANT SELECT ON TABLE public.measured_conversation TO status_sync_planner;
GRANT SELECT ON TABLE public.measured_conversation TO status_sync_api;
GRANT SELECT ON TABLE public.measured_conversation TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.measured_property TO status_sync_job;
GRANT SELECT ON TABLE public.measured_property TO status_sync_planner;
GRANT SELECT ON TABLE public.measured_property TO status_sync_api;
GRANT SELECT ON TABLE public.measured_property TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.measured_waiting TO status_sync_job;
GRANT SELECT ON TABLE public.measured_waiting TO status_sync_planner;
GRANT SELECT ON TABLE public.measured_waiting TO status_sync_api;
GRANT SELECT ON TABLE public.measured_waiting TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_agents_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_agents_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_agents_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_agents_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_alerts_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_alerts_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_alerts_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_alerts_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_anomalies_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_anomalies_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_anomalies_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_anomalies_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_changes_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_changes_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_changes_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_changes_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_cohorts_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_cohorts_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_cohorts_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_cohorts_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_conversion_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_conversion_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_conversion_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_conversion_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_curves_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_curves_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_curves_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_curves_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_daily_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_daily_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_daily_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_daily_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_data_quality_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_data_quality_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_data_quality_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_data_quality_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_delivery_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_delivery_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_delivery_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_delivery_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_distribution_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_distribution_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_distribution_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_distribution_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_funnel_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_funnel_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_funnel_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_funnel_latest TO status_sync_reader;

GRANT SELECT ON TABLE public.metric_long TO status_sync_job;
GRANT SELECT ON TABLE public.metric_long TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_long TO status_sync_api;
GRANT SELECT ON TABLE public.metric_long TO status_sync_reader;

GRANT SELECT ON TABLE public.metric_long_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_long_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_long_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_long_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_lost_reasons_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_lost_reasons_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_lost_reasons_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_lost_reasons_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_performance_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_performance_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_performance_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_performance_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_restatements_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_restatements_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_restatements_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_restatements_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_sources_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_sources_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_sources_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_sources_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_stalled_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_stalled_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_stalled_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_stalled_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_time_in_status_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_time_in_status_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_time_in_status_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_time_in_status_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_tours_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_tours_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_tours_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_tours_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_transitions_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_transitions_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_transitions_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_transitions_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_unanswered_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_unanswered_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_unanswered_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_unanswered_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.metric_weeks_latest TO status_sync_job;
GRANT SELECT ON TABLE public.metric_weeks_latest TO status_sync_planner;
GRANT SELECT ON TABLE public.metric_weeks_latest TO status_sync_api;
GRANT SELECT ON TABLE public.metric_weeks_latest TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notification TO status_sync_job;
GRANT SELECT,INSERT,UPDATE ON TABLE public.notification TO status_sync_api;
GRANT SELECT ON TABLE public.notification TO status_sync_eraser;

GRANT SELECT(id) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(log_id) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(resman_lead_id) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(origin) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(origin_id) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(channel) ON TABLE public.notification TO status_sync_reader;

GRANT UPDATE(recipient) ON TABLE public.notification TO status_sync_eraser;

GRANT UPDATE(address) ON TABLE public.notification TO status_sync_eraser;

GRANT SELECT(template_id) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(priority) ON TABLE public.notification TO status_sync_reader;

GRANT UPDATE(subject) ON TABLE public.notification TO status_sync_eraser;

GRANT UPDATE(body) ON TABLE public.notification TO status_sync_eraser;

GRANT SELECT(state) ON TABLE public.notification TO status_sync_reader;
GRANT UPDATE(state) ON TABLE public.notification TO status_sync_eraser;

GRANT SELECT(cause) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(attempts) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(possible_duplicate) ON TABLE public.notification TO status_sync_reader;

GRANT UPDATE(last_error) ON TABLE public.notification TO status_sync_eraser;

GRANT SELECT(created_at) ON TABLE public.notification TO status_sync_reader;

GRANT SELECT(finished_at) ON TABLE public.notification TO status_sync_reader;
GRANT UPDATE(finished_at) ON TABLE public.notification TO status_sync_eraser;

GRANT SELECT(read_at) ON TABLE public.notification TO status_sync_reader;

GRANT UPDATE(mailbox) ON TABLE public.notification TO status_sync_eraser;

GRANT UPDATE(html) ON TABLE public.notification TO status_sync_eraser;

GRANT UPDATE(attachment) ON TABLE public.notification TO status_sync_eraser;

GRANT SELECT,INSERT,UPDATE ON TABLE public.notification_contact TO status_sync_job;
GRANT SELECT,INSERT,UPDATE ON TABLE public.notification_contact TO status_sync_api;

GRANT SELECT,INSERT,UPDATE ON TABLE public.property TO status_sync_job;
GRANT SELECT ON TABLE public.property TO status_sync_planner;
GRANT SELECT ON TABLE public.property TO status_sync_api;

GRANT SELECT(id) ON TABLE public.property TO status_sync_reader;

GRANT SELECT(name) ON TABLE public.property TO status_sync_reader;

GRANT SELECT(timezone) ON TABLE public.property TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.pull_cursor TO status_sync_job;
GRANT SELECT ON TABLE public.pull_cursor TO status_sync_planner;
GRANT SELECT ON TABLE public.pull_cursor TO status_sync_api;
GRANT SELECT ON TABLE public.pull_cursor TO status_sync_reader;

GRANT SELECT ON TABLE public.resman_poll TO status_sync_job;
GRANT SELECT ON TABLE public.resman_poll TO status_sync_planner;
GRANT SELECT ON TABLE public.resman_poll TO status_sync_reader;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.resman_poll TO status_sync_api;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.review_item TO status_sync_job;
GRANT SELECT ON TABLE public.review_item TO status_sync_planner;
GRANT SELECT ON TABLE public.review_item TO status_sync_api;
GRANT SELECT ON TABLE public.review_item TO status_sync_eraser;

GRANT SELECT(id) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(resman_lead_id) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(conversation_id) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(base) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(domiq_raw) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(domiq) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(resman_raw) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(resman) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(verdict) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(rule) ON TABLE public.review_item TO status_sync_reader;

GRANT UPDATE(reason) ON TABLE public.review_item TO status_sync_eraser;

GRANT SELECT(state) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(first_seen) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(first_run) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(last_seen) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(last_run) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(domiq_version) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(resman_version) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(refused) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(answer) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT(answered_at) ON TABLE public.review_item TO status_sync_reader;

GRANT UPDATE(answer_reason) ON TABLE public.review_item TO status_sync_eraser;

GRANT SELECT(ignore_until) ON TABLE public.review_item TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.rollup TO status_sync_job;
GRANT SELECT ON TABLE public.rollup TO status_sync_planner;
GRANT SELECT ON TABLE public.rollup TO status_sync_api;
GRANT SELECT ON TABLE public.rollup TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run_property TO status_sync_job;
GRANT SELECT ON TABLE public.run_property TO status_sync_planner;
GRANT SELECT ON TABLE public.run_property TO status_sync_api;
GRANT SELECT ON TABLE public.run_property TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.run_pull TO status_sync_job;
GRANT SELECT ON TABLE public.run_pull TO status_sync_planner;
GRANT SELECT ON TABLE public.run_pull TO status_sync_api;
GRANT SELECT ON TABLE public.run_pull TO status_sync_reader;

GRANT SELECT ON TABLE public.schema_migration TO status_sync_job;
GRANT SELECT ON TABLE public.schema_migration TO status_sync_planner;
GRANT SELECT ON TABLE public.schema_migration TO status_sync_api;
GRANT SELECT ON TABLE public.schema_migration TO status_sync_reader;
GRANT SELECT ON TABLE public.schema_migration TO status_sync_eraser;

GRANT SELECT ON TABLE public.settled_change TO status_sync_job;
GRANT SELECT ON TABLE public.settled_change TO status_sync_planner;
GRANT SELECT ON TABLE public.settled_change TO status_sync_api;
GRANT SELECT ON TABLE public.settled_change TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_diff TO status_sync_job;
GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_diff TO status_sync_planner;
GRANT SELECT ON TABLE public.stage_diff TO status_sync_api;
GRANT SELECT,DELETE ON TABLE public.stage_diff TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_domiq TO status_sync_job;
GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_domiq TO status_sync_planner;
GRANT SELECT ON TABLE public.stage_domiq TO status_sync_api;
GRANT SELECT,DELETE ON TABLE public.stage_domiq TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_link TO status_sync_job;
GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_link TO status_sync_planner;
GRANT SELECT ON TABLE public.stage_link TO status_sync_api;
GRANT SELECT,DELETE ON TABLE public.stage_link TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_plan TO status_sync_job;
GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_plan TO status_sync_planner;
GRANT SELECT ON TABLE public.stage_plan TO status_sync_api;
GRANT SELECT,DELETE ON TABLE public.stage_plan TO status_sync_eraser;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_pull TO status_sync_job;
GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_pull TO status_sync_planner;
GRANT SELECT ON TABLE public.stage_pull TO status_sync_api;

GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_resman TO status_sync_job;
GRANT SELECT,INSERT,DELETE,TRUNCATE,UPDATE ON TABLE public.stage_resman TO status_sync_planner;
GRANT SELECT ON TABLE public.stage_resman TO status_sync_api;
GRANT SELECT,DELETE ON TABLE public.stage_resman TO status_sync_eraser;

GRANT SELECT ON TABLE public.status_notification_preferences TO status_sync_job;
GRANT SELECT ON TABLE public.status_notification_preferences TO status_sync_planner;
GRANT SELECT,INSERT,UPDATE ON TABLE public.status_notification_preferences TO status_sync_api;

GRANT SELECT(id) ON TABLE public.status_notification_preferences TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.status_notification_preferences TO status_sync_reader;

GRANT SELECT(status_type) ON TABLE public.status_notification_preferences TO status_sync_reader;

GRANT SELECT(notification_method) ON TABLE public.status_notification_preferences TO status_sync_reader;

GRANT SELECT(template_id) ON TABLE public.status_notification_preferences TO status_sync_reader;

GRANT SELECT(is_active) ON TABLE public.status_notification_preferences TO status_sync_reader;

GRANT SELECT(created_at) ON TABLE public.status_notification_preferences TO status_sync_reader;

GRANT SELECT ON TABLE public.status_workflow_rules TO status_sync_job;
GRANT SELECT ON TABLE public.status_workflow_rules TO status_sync_planner;
GRANT SELECT,INSERT,UPDATE ON TABLE public.status_workflow_rules TO status_sync_api;

GRANT SELECT(id) ON TABLE public.status_workflow_rules TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.status_workflow_rules TO status_sync_reader;

GRANT SELECT(trigger_status) ON TABLE public.status_workflow_rules TO status_sync_reader;

GRANT SELECT(target_status) ON TABLE public.status_workflow_rules TO status_sync_reader;

GRANT SELECT(conditions) ON TABLE public.status_workflow_rules TO status_sync_reader;

GRANT SELECT(is_active) ON TABLE public.status_workflow_rules TO status_sync_reader;

GRANT SELECT(created_at) ON TABLE public.status_workflow_rules TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.sync_run TO status_sync_job;
GRANT SELECT ON TABLE public.sync_run TO status_sync_planner;
GRANT SELECT ON TABLE public.sync_run TO status_sync_api;
GRANT SELECT ON TABLE public.sync_run TO status_sync_reader;

GRANT SELECT ON TABLE public.timezone_name TO status_sync_job;
GRANT SELECT ON TABLE public.timezone_name TO status_sync_planner;
GRANT SELECT ON TABLE public.timezone_name TO status_sync_api;
GRANT SELECT ON TABLE public.timezone_name TO status_sync_reader;

GRANT SELECT ON TABLE public.visit TO status_sync_job;
GRANT SELECT ON TABLE public.visit TO status_sync_planner;
GRANT SELECT ON TABLE public.visit TO status_sync_api;
GRANT SELECT ON TABLE public.visit TO status_sync_reader;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhook_delivery TO status_sync_api;
GRANT SELECT,DELETE,UPDATE ON TABLE public.webhook_delivery TO status_sync_job;
GRANT SELECT ON TABLE public.webhook_delivery TO status_sync_eraser;

GRANT UPDATE(outcome) ON TABLE public.webhook_delivery TO status_sync_eraser;

GRANT UPDATE(payload) ON TABLE public.webhook_delivery TO status_sync_eraser;

GRANT SELECT,INSERT,UPDATE ON TABLE public.workflow_execution TO status_sync_job;
GRANT SELECT,INSERT,UPDATE ON TABLE public.workflow_execution TO status_sync_api;
GRANT SELECT ON TABLE public.workflow_execution TO status_sync_eraser;

GRANT SELECT(id) ON TABLE public.workflow_execution TO status_sync_reader;

GRANT SELECT(property_id) ON TABLE public.workflow_execution TO status_sync_reader;

GRANT SELECT(log_id) ON TABLE public.workflow_execution TO status_sync_reader;

GRANT SELECT(rule_id) ON TABLE public.workflow_execution TO status_sync_reader;

GRANT SELECT(resman_lead_id) ON TABLE public.workflow_execution TO status_sync_reader;

GRANT SELECT(action_index) ON TABLE public.workflow_execution TO status_sync_reader;

GRANT SELECT(action_type) ON TABLE public.workflow_execution TO status_sync_reader;

GRANT UPDATE(event) ON TABLE public.workflow_execution TO status_sync_eraser;

GRANT SELECT(state) ON TABLE public.workflow_execution TO status_sync_reader;
GRANT UPDATE(state) ON TABLE public.workflow_execution TO status_sync_eraser;

GRANT UPDATE(reason) ON TABLE public.workflow_execution TO status_sync_eraser;

GRANT SELECT(attempts) ON TABLE public.workflow_execution TO status_sync_reader;

GRANT SELECT(created_at) ON TABLE public.workflow_execution TO status_sync_reader;

GRANT SELECT(finished_at) ON TABLE public.workflow_execution TO status_sync_reader;
GRANT UPDATE(finished_at) ON TABLE public.workflow_execution TO status_sync_eraser;
