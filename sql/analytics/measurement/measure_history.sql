-- One row is one scope: the first local day on which a lead is known from its creation (since), and the first
-- day from which at least 19 of 20 leads are (whole): counted from that day to any later day, over the leads
-- whose history begins then. Null where there is none.
insert into measure_history (scope, key, since, whole)
with cell as (
  select
    property_id,
    day,
    sum(n) filter (where kind = 'created') as created,
    sum(n) filter (where kind = 'truncated') as truncated
  from rollup
  where kind in ('created', 'truncated')
    and n <> 0
  group by property_id, day
),
of_day as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    day,
    coalesce(sum(created), 0) as created,
    coalesce(sum(truncated), 0) as truncated
  from cell
  group by grouping sets ((property_id, day), (day))
),
-- balance: running total of leads known from their creation, minus 19 for each lead that is not.
running as (
  select
    scope,
    key,
    day,
    created,
    sum(created - 19 * truncated) over (partition by scope, key order by day) as balance
  from of_day
),
-- From the day after the lowest balance on, no sum of days is negative.
lowest as (
  select distinct on (scope, key) scope, key, day, balance
  from running
  order by scope, key, balance, day
)
select
  running.scope,
  running.key,
  min(running.day) filter (where created > 0),
  min(running.day) filter (where created > 0 and (lowest.balance >= 0 or running.day > lowest.day))
from running
join lowest using (scope, key)
group by running.scope, running.key
