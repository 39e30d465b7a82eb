-- One row is one scope, local day, direction and author, zero where nothing happened. The pairs of
-- direction and author are the two usual ones and those that occur anywhere in the window.
insert into metric_daily (
  as_of, window_start, window_end, scope, property_id, property_name, day, timezone, direction,
  updated_by, changes, creations, failed, revised_at)
with bounds as (
  select window_start, window_end
  from measure_scope
  where scope = 'portfolio'
),
cell as (
  select
    visit.property_id,
    visit.entered_day as day,
    visit.sync_direction as direction,
    visit.updated_by,
    count(visit.previous_status) as changes,
    count(*) - count(visit.previous_status) as creations,
    0 as failed
  from visit
  cross join bounds
  where visit.entered_at >= bounds.window_start
    and visit.entered_at < bounds.window_end
  group by visit.property_id, visit.entered_day, visit.sync_direction, visit.updated_by
  union all
  select property_id, day, direction, updated_by, 0, 0, sum(n)
  from measure_sync
  where sync_status = 'failed'
  group by property_id, day, direction, updated_by
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    day,
    coalesce(direction, '') as direction_key,
    coalesce(updated_by, '') as updated_by_key,
    sum(changes) as changes,
    sum(creations) as creations,
    sum(failed) as failed
  from cell
  group by grouping sets (
    (property_id, day, coalesce(direction, ''), coalesce(updated_by, '')),
    (day, coalesce(direction, ''), coalesce(updated_by, '')))
),
pair as (
  select direction, updated_by
  from (values ('to_resman', 'chatbot'), ('from_resman', 'resman_user')) as usual (direction, updated_by)
  union
  select direction, updated_by
  from cell
),
revised as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    day,
    coalesce(direction, '') as direction_key,
    coalesce(updated_by, '') as updated_by_key,
    max(revised_at) as revised_at
  from daily_revision
  group by grouping sets (
    (property_id, day, coalesce(direction, ''), coalesce(updated_by, '')),
    (day, coalesce(direction, ''), coalesce(updated_by, '')))
),
grid as (
  select
    measure_scope.*,
    day::date as day,
    pair.direction,
    pair.updated_by,
    coalesce(pair.direction, '') as direction_key,
    coalesce(pair.updated_by, '') as updated_by_key
  from measure_scope
  cross join generate_series(0, measure_scope.last_day - measure_scope.first_day) as i
  cross join lateral (select measure_scope.first_day + i as day) as calendar
  cross join pair
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  day,
  timezone,
  direction,
  updated_by,
  coalesce(changes, 0),
  coalesce(creations, 0),
  coalesce(failed, 0),
  revised_at
from grid
left join counted using (scope, key, day, direction_key, updated_by_key)
left join revised using (scope, key, day, direction_key, updated_by_key)
