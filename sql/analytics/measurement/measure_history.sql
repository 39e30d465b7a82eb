-- One row is one scope: since which local day leads are known from their creation, and from which on nearly
-- all are: of those whose history begins from then to any later day at least 19 in 20. Null for none.
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
-- balance: how many more are known from their creation, from the beginning on, than 19 for each that is not.
running as (
  select
    scope,
    key,
    day,
    created,
    sum(created - 19 * truncated) over (partition by scope, key order by day) as balance
  from of_day
),
-- After the day on which the balance is lowest it falls over no stretch of days.
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
