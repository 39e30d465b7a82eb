-- One row is one scope and staff member: the leads created in the window that the member has in charge. An agent is
-- known by id, else by name; beyond the 100 with the most leads of a scope the others are one row; leads whose agent is
-- not known are one of their own. Below 20 leads there is no rate and no place.
insert into metric_agents (
  as_of, window_start, window_end, scope, property_id, property_name, kind, agent_id, agent_name,
  leads, contacted, toured, leased, lost, open, leased_rate, lo95, hi95, place)
with of_agent as (
  select
    property_id,
    agent_id,
    case when agent_id is null then agent_name end as only_name,
    agent_name,
    highest,
    was_lost
  from measure_described
  where is_new
),
named as materialized (
  select agent_id, mode() within group (order by agent_name collate "C") as agent_name
  from of_agent
  where agent_id is not null
  group by agent_id
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    agent_id,
    only_name,
    count(*) as leads,
    count(*) filter (where highest >= 1) as contacted,
    count(*) filter (where highest >= 3) as toured,
    count(*) filter (where highest >= 5) as leased,
    count(*) filter (where highest < 5 and was_lost) as lost
  from of_agent
  group by grouping sets ((property_id, agent_id, only_name), (agent_id, only_name))
),
placed as (
  select
    *,
    agent_id is null and only_name is null as is_unknown,
    row_number() over (
      partition by scope, key, agent_id is null and only_name is null
      order by leads desc, agent_id collate "C", only_name collate "C") as place
  from counted
),
shown as (
  select
    scope,
    key,
    case when is_unknown then 'unknown' when place <= 100 then 'agent' else 'rest' end as kind,
    case when place <= 100 then placed.agent_id end as agent_id,
    case when place <= 100 then coalesce(only_name, named.agent_name) end as agent_name,
    sum(leads)::bigint as leads,
    sum(contacted)::bigint as contacted,
    sum(toured)::bigint as toured,
    sum(leased)::bigint as leased,
    sum(lost)::bigint as lost
  from placed
  left join named on named.agent_id = placed.agent_id
  group by 1, 2, 3, 4, 5
),
rated as (
  select
    *,
    case when leads >= 20 then wilson_low(leased, leads) end as low,
    kind = 'agent' and leads >= 20 as is_ranked
  from shown
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  kind,
  agent_id,
  agent_name,
  leads,
  contacted,
  toured,
  leased,
  lost,
  leads - leased - lost,
  case when leads >= 20 then leased::double precision / leads end,
  low,
  case when leads >= 20 then wilson_high(leased, leads) end,
  case when is_ranked then rank() over (partition by scope, key, is_ranked order by low desc) end
from rated
join measure_scope using (scope, key)
