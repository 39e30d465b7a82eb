-- One row is one scope and count of the window: changes, creations, rows without effect, failed rows, pending
-- rows.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric, value, unit, note)
with cell as (
  select measure_change.property_id, figure.metric, figure.n
  from measure_change
  cross join lateral (values
    ('total_status_changes', changes), ('creations', creations), ('noop', noop)
  ) as figure (metric, n)
  union all
  select property_id, figure.metric, figure.n
  from measure_sync
  cross join lateral (values ('failed', failed), ('pending', pending)) as figure (metric, n)
  where is_current
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    metric,
    sum(n) as n
  from cell
  group by grouping sets ((property_id, metric), (metric))
),
figure as (
  select *
  from (values
    ('total_status_changes', 'effective changes, creations apart'),
    ('creations', 'leads whose first log row has no old status'),
    ('noop', 'log rows that set the status the lead already had'),
    ('failed', 'log rows that failed'),
    ('pending', 'log rows not settled yet')
  ) as figure (metric, note)
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  metric,
  coalesce(n, 0),
  'count',
  note
from measure_scope
cross join figure
left join counted using (scope, key, metric)
