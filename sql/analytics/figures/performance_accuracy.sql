-- One row is one scope and figure of accuracy, over the changes of the window that are at least 72 hours old
-- and the log rows of that age that failed or are still pending, without creations and bridged rows.
-- Corrected: staff made the next change within 72 hours, and it is not an allowed transition, that is, it
-- goes back or leaves a terminal status. An allowed transition is not a correction.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
with cell as (
  select
    property_id,
    aged as synced,
    0::bigint as unsynced,
    aged_legal as legal,
    aged_continuous as continuous,
    aged_uncorrected as uncorrected,
    aged_accurate as accurate
  from measure_change
  union all
  select property_id, 0, unsynced_aged, 0, 0, 0, 0
  from measure_sync
  where is_current
),
counted as (
  select
    case grouping(property_id) when 1 then 'portfolio' else 'property' end as scope,
    coalesce(property_id, '00000000-0000-0000-0000-000000000000') as key,
    sum(synced)::bigint as synced,
    (sum(synced) + sum(unsynced))::bigint as evaluated,
    sum(legal)::bigint as legal,
    sum(continuous)::bigint as continuous,
    sum(uncorrected)::bigint as uncorrected,
    sum(accurate)::bigint as accurate
  from cell
  group by grouping sets ((property_id), ())
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  figure.metric,
  coalesce(figure.numerator, 0),
  coalesce(figure.denominator, 0),
  figure.numerator::double precision / nullif(figure.denominator, 0),
  wilson_low(figure.numerator, figure.denominator),
  wilson_high(figure.numerator, figure.denominator),
  'rate',
  figure.note
from measure_scope
left join counted using (scope, key)
cross join lateral (values
  ('status_update_accuracy', accurate, evaluated,
    'synced, legal, continuous and not corrected by staff within 72 hours; changes at least 72 hours old'),
  ('accuracy_synced', synced, evaluated, 'part of status_update_accuracy: the log row succeeded'),
  ('accuracy_legal', legal, synced, 'part: the transition rules allow the change'),
  ('accuracy_continuous', continuous, synced, 'part: its old status is the new one of the row before'),
  ('accuracy_uncorrected', uncorrected, synced,
    'part: staff did not take it back or out of a terminal status within 72 hours')
) as figure (metric, numerator, denominator, note)
