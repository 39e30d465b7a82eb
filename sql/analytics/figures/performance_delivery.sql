-- One row is one scope and figure of delivery over all directions or channels: of the log rows that carried a
-- change to the other system, and of the notifications. Where nothing was due the value is null and the note
-- gives the reason.
insert into metric_performance (
  as_of, window_start, window_end, scope, property_id, property_name, metric,
  numerator, denominator, value, lo95, hi95, unit, note)
with summed as (
  select
    delivery.as_of,
    delivery.window_start,
    delivery.window_end,
    delivery.scope,
    delivery.property_id,
    delivery.property_name,
    delivery.kind,
    sum(delivered) as delivered,
    sum(delivered + failed + coalesce(bounced, 0) + coalesce(expired, 0)) as settled,
    sum(pending + coalesce(suppressed, 0)) as unsettled,
    sum(round(first_attempt_rate * (
      delivered + failed + coalesce(bounced, 0) + coalesce(expired, 0)))) as at_first
  from metric_delivery as delivery
  join compare_period on compare_period.is_current and compare_period.as_of = delivery.as_of
  group by 1, 2, 3, 4, 5, 6, 7
),
figure as (
  select
    summed.*,
    figure.metric,
    coalesce(figure.numerator, 0)::double precision as numerator,
    figure.note
  from summed
  cross join lateral (values
    ('sync', 'sync_success_rate', delivered,
      'changes that reached the other side in the end, of those settled; the target is 99 %'),
    ('sync', 'sync_first_attempt_rate', at_first, 'those that did at the first attempt'),
    ('notification', 'notification_delivery_rate', delivered,
      'delivered, or accepted by the mail server, Slack or the SMS provider, of those settled'),
    ('notification', 'notification_first_attempt_rate', at_first,
      'those that were at the first attempt')
  ) as figure (kind, metric, numerator, note)
  where figure.kind = summed.kind
)
select
  as_of,
  window_start,
  window_end,
  scope,
  property_id,
  property_name,
  metric,
  numerator,
  settled,
  numerator / nullif(settled, 0),
  wilson_low(numerator, settled::double precision),
  wilson_high(numerator, settled::double precision),
  'rate',
  case
    when settled > 0 then note
    when unsettled > 0 then 'not known: none of the window is settled yet'
    when kind = 'notification' then 'not known: the outbox is empty, no notification was due'
    else 'not known: no change had to be carried over'
  end
from figure
