-- One row is one scope: the first local day on which a lead is known from its creation (since), and the first
-- day from which at least 19 of 20 leads are (whole): counted from that day to any later day, over the leads
-- whose history begins then. Null where there is none.
-- balance: running total of leads known from their creation, minus 19 for each lead that is not.
-- From the day after the lowest balance on, no sum of days is negative.
insert into measure_history (scope, key, since, whole)
with cell as (
  select
    property_id,
    day,
    coalesce(sum(n) filter (where kind = 'created'), 0)::bigint as created,
    coalesce(sum(n) filter (where kind = 'truncated'), 0)::bigint as truncated
  from rollup
  where kind in ('created', 'truncated')
    and n <> 0
  group by property_id, day
),
of_day as (
  select
    grouping(property_id) as is_portfolio,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    day,
    sum(created) > 0 as has_created,
    sum(created - 19 * truncated)::double precision as gain
  from cell
  group by grouping sets ((property_id, day), (day))
),
-- All windows have the order of the first: the days are sorted once.
running as (
  select *, sum(gain) over (partition by is_portfolio, key order by day) as balance
  from of_day
),
bounded as (
  select *, min(balance) over (partition by is_portfolio, key) as lowest
  from running
),
turned as (
  select *, min(day) filter (where balance = lowest) over (partition by is_portfolio, key) as lowest_day
  from bounded
)
select
  case is_portfolio when 1 then 'portfolio' else 'property' end,
  key,
  min(day) filter (where has_created),
  min(day) filter (where has_created and (lowest >= 0 or day > lowest_day))
from turned
group by is_portfolio, key
