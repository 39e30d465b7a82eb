-- The figures of docs/figures.md from one of the logs that events.R writes, by DuckDB. figures.py defines the
-- macros log_file(), zone(), as_of(), window_start(), window_end() and funnel_days(), and which days are compared:
-- distribution_days(), daily_from() and daily_to(). The names are those of metric_long: the table and the
-- column, then what tells the rows apart.
create table figure (name varchar, value double);

create table step as
select name, place - 1 as rank
from unnest(['new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased'])
  with ordinality as step (name, place);

-- docs/rules.md#transitions
create table allowed (old varchar, new varchar);
insert into allowed values
  ('new', 'contacted'), ('new', 'qualified'), ('new', 'lost'),
  ('contacted', 'qualified'), ('contacted', 'tour_scheduled'), ('contacted', 'lost'),
  ('qualified', 'tour_scheduled'), ('qualified', 'application'), ('qualified', 'lost'),
  ('tour_scheduled', 'application'), ('tour_scheduled', 'leased'), ('tour_scheduled', 'lost'),
  ('application', 'leased'), ('application', 'lost');

-- One row is one line of the file, which began at 00:00 in UTC; n is its place.
create table line as
select lead, day::timestamp at time zone 'UTC' as occurred_at, status, row_number() over () as n
from read_csv(log_file(), columns = {'lead': 'integer', 'day': 'date', 'status': 'varchar'});

-- One row is one stay. A line that names the status of the line before begins none.
create table stay as
with compared as (
  select *, lag(status) over (partition by lead order by occurred_at, n) as held
  from line
  where occurred_at <= as_of()
),
change as (
  select
    lead,
    status,
    occurred_at as entered_at,
    lead(occurred_at) over whole as left_at,
    lag(status) over whole as old,
    lag(occurred_at) over whole as old_at,
    first_value(occurred_at) over whole as created_at,
    row_number() over whole as place
  from compared
  where held is distinct from status
  window whole as (partition by lead order by occurred_at, n)
)
select
  *,
  (entered_at at time zone zone())::date as entered_day,
  (left_at at time zone zone())::date as left_day,
  epoch(coalesce(left_at, as_of())) - epoch(entered_at) as seconds,
  epoch(entered_at) - epoch(old_at) as old_seconds,
  entered_at >= window_start() and entered_at < window_end() as is_inside,
  created_at >= window_start() and created_at < window_end() as is_cohort
from change;

-- The statuses of the log that a lead can leave.
create view passed as
select *
from step
where name <> 'leased' and name in (select status from stay);

-- Funnel: of each lead the highest rank, the steps, and the status at the end of the funnel window.
insert into figure
with progress as (
  select
    lead,
    created_at + to_days(funnel_days()) <= as_of() as is_mature,
    coalesce(max(rank), 0) as highest,
    list(status) as statuses,
    arg_max(status, place) as last_status
  from stay
  left join step on step.name = stay.status
  where is_cohort and entered_at <= created_at + to_days(funnel_days())
  group by lead, created_at
),
counted as (
  select
    maturity,
    step.name as status,
    rank,
    count(*) filter (where highest >= rank) as reached,
    count(*) filter (where list_contains(statuses, step.name)) as visited,
    count(*) filter (where highest = rank and last_status = 'lost') as lost,
    count(*) filter (where highest = rank and last_status <> 'lost') as open
  from progress
  cross join step
  cross join unnest(['all', 'mature']) as maturity (maturity)
  where maturity = 'all' or is_mature
  group by maturity, step.name, rank
),
compared as (
  select
    *,
    lag(reached) over steps as reached_before,
    first_value(reached) over steps as reached_first
  from counted
  window steps as (partition by maturity order by rank)
)
select 'funnel.' || shown.name || '.' || maturity || '.' || status, shown.value
from compared
cross join lateral (values
  ('reached', reached),
  ('visited', visited),
  ('skipped', reached - visited),
  ('step_rate', case when visited > 0 then reached / nullif(reached_before, 0) end),
  ('overall_rate', reached / nullif(reached_first, 0)),
  ('lost', case when status <> 'leased' then lost end),
  ('open', case when status <> 'leased' then open end)
) as shown (name, value)
order by maturity, shown.name, rank;

-- Conversion: of the leads created in the window that entered a status, those that later reached a higher rank.
insert into figure
with entry as (
  select
    stay.lead,
    stay.status,
    step.rank,
    min(stay.place) as place
  from stay
  join passed as step on step.name = stay.status
  where is_cohort
  group by stay.lead, stay.status, step.rank
),
outcome as (
  select
    entry.lead,
    entry.status,
    coalesce(bool_or(later.place > entry.place and step.rank > entry.rank), false) as has_advanced,
    arg_max(later.status, later.place) = 'lost' as is_lost
  from entry
  join stay as later on later.lead = entry.lead
  left join step on step.name = later.status
  group by entry.lead, entry.status
),
counted as (
  select
    step.name as status,
    rank,
    count(lead) as entered,
    count(*) filter (where has_advanced) as advanced,
    count(*) filter (where not has_advanced and is_lost) as lost,
    count(*) filter (where not has_advanced and not is_lost) as open
  from passed as step
  left join outcome on outcome.status = step.name
  group by step.name, rank
)
select 'conversion.' || shown.name || '.' || status, shown.value
from counted
cross join lateral (values
  ('entered', entered),
  ('advanced', advanced),
  ('lost', lost),
  ('open', open),
  ('rate', advanced / nullif(entered, 0))
) as shown (name, value)
order by shown.name, rank;

-- Transitions: the changes of the window.
insert into figure
with counted as (
  select
    stay.old,
    stay.status,
    count(*) as count,
    count(distinct lead) as leads,
    avg(old_seconds) as mean_seconds,
    median(old_seconds) as median_seconds,
    count(*) filter (where allowed.old is null) as illegal
  from stay
  left join allowed on allowed.old = stay.old and allowed.new = stay.status
  where is_inside and stay.old is not null
  group by stay.old, stay.status
),
shared as (
  select *, count / sum(count) over (partition by old) as share
  from counted
)
select 'transitions.' || shown.name || '.' || old || '.' || status, shown.value
from shared
cross join lateral (values
  ('count', count),
  ('leads', leads),
  ('share', share),
  ('mean_seconds', mean_seconds),
  ('median_seconds', median_seconds),
  ('illegal', illegal)
) as shown (name, value)
order by shown.name, old, status;

-- Time in status, of the stays that began in the window: S after each duration by Kaplan and Meier, from it the
-- quantiles, and the area under S up to 90 days.
insert into figure
with ended as (
  select
    status,
    seconds,
    count(left_at) as d,
    sum(count(*)) over (partition by status order by seconds desc) as n
  from stay
  where is_inside
  group by status, seconds
),
curve as (
  select status, seconds, product(1 - d / n) over (partition by status order by seconds) as s
  from ended
),
quantile as (
  select
    status,
    min(seconds) filter (where s <= 0.75 + 1e-9) as p25,
    min(seconds) filter (where s <= 0.5 + 1e-9) as p50,
    min(seconds) filter (where s <= 0.25 + 1e-9) as p75,
    min(seconds) filter (where s <= 0.1 + 1e-9) as p90
  from curve
  group by status
),
piece as (
  select
    status,
    coalesce(lag(s) over durations, 1) as s,
    least(coalesce(lag(seconds) over durations, 0), 90 * 86400) as since,
    least(seconds, 90 * 86400) as until
  from curve
  window durations as (partition by status order by seconds)
),
area as (
  select status, sum(s * (until - since)) as rmst
  from piece
  group by status
),
counted as (
  select
    step.name as status,
    rank,
    count(left_at) as n_closed,
    count(stay.status) - count(left_at) as n_open,
    avg(seconds) filter (where left_at is not null) as mean_seconds,
    max(seconds) filter (where left_at is null) as oldest_open_seconds
  from passed as step
  left join stay on stay.status = step.name and is_inside
  group by step.name, rank
)
select 'time_in_status.' || shown.name || '.' || status, shown.value
from counted
left join quantile using (status)
left join area using (status)
cross join lateral (values
  ('n_closed', n_closed),
  ('n_open', n_open),
  ('mean_seconds', mean_seconds),
  ('km_median_seconds', p50),
  ('p25_seconds', p25),
  ('p75_seconds', p75),
  ('p90_seconds', p90),
  ('rmst_90d_seconds', rmst),
  ('oldest_open_seconds', oldest_open_seconds)
) as shown (name, value)
order by shown.name, rank;

insert into figure
select 'time_in_status.n_in_status.' || step.name, count(stay.lead)
from passed as step
left join stay on stay.status = step.name and left_at is null
group by step.name, rank
order by rank;

-- Distribution: the leads that had entered a status by the end of a local day and had not left it.
insert into figure
select
  'distribution.leads.' || day || '.' || status,
  count(*) filter (where entered_day <= day and (left_day is null or left_day > day))
from stay
cross join (select unnest(distribution_days()) as day)
group by day, status
order by day, status;

-- What moved it on the days that are shown.
insert into figure
with flow as (
  select case when old is null then 'created' else 'moved_in' end as name, entered_day as day, status
  from stay
  union all
  select 'moved_out', left_day, status
  from stay
)
select 'distribution.' || name || '.' || day || '.' || status, count(*)
from flow
where day between daily_from() and daily_to()
group by name, day, status
order by name, day, status;

insert into figure
with counted as (
  select entered_day as day, count(old) as changes, count(*) - count(old) as creations
  from stay
  where is_inside and entered_day between daily_from() and daily_to()
  group by entered_day
)
select 'daily.' || shown.name || '.' || day || '.to_resman.chatbot', shown.value
from counted
cross join lateral (values ('changes', changes), ('creations', creations)) as shown (name, value)
order by shown.name, day;

-- Named figures. Answered: the first exit from new led to a rank of 1 or more.
insert into figure
with answered as (
  select first.seconds
  from stay as first
  join stay as second on second.lead = first.lead and second.place = 2
  join step on step.name = second.status
  where first.is_cohort and first.place = 1 and first.status = 'new' and step.rank >= 1
),
total as (
  select status, sum(seconds) / count(distinct lead) as seconds
  from stay
  where is_cohort and status not in ('leased', 'lost')
  group by status
)
select 'average_response_time', avg(seconds) from answered
union all
select 'median_response_time', median(seconds) from answered
union all
select 'lead_total_seconds_' || status, seconds from total
order by 1;

insert into figure
with inside as (
  select count(*) as n
  from line
  where occurred_at >= window_start() and occurred_at < window_end() and occurred_at <= as_of()
),
counted as (
  select
    count(stay.old) as changes,
    count(*) - count(stay.old) as creations,
    count(*) filter (where stay.old in ('leased', 'lost')) as reopened,
    count(*) filter (where stay.old is not null and allowed.old is null) as illegal
  from stay
  left join allowed on allowed.old = stay.old and allowed.new = stay.status
  where is_inside
)
select shown.name, shown.value
from counted
cross join inside
cross join lateral (values
  ('total_status_changes', changes),
  ('creations', creations),
  ('noop', n - changes - creations),
  ('data_quality.count.reopened', reopened),
  ('data_quality.count.illegal', illegal),
  ('data_quality.count.future', (select count(*) from line where occurred_at > as_of()))
) as shown (name, value);
