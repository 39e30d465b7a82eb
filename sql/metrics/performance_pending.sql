-- One row is one scope and figure that nothing measures yet: null with the reason, never 0.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric, unit, note)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  figure.metric,
  'rate',
  figure.note
from measure_scope
cross join (values
  ('workflow_trigger_rate', 'not known: no workflow has run yet, so no execution is recorded'),
  ('workflow_matched_share', 'not known: no workflow has run yet, so no execution is recorded'),
  ('workflow_action_success', 'not known: no workflow has run yet, so no execution is recorded'),
  ('notification_delivery_rate', 'not known: there is no notification outbox yet')
) as figure (metric, note)
