-- One row is one notification of either window, without reports: its state at the as_of of that window. A notification that is
-- still pending after its expiry counts as expired.
-- Read by anomaly_days, compare_cells, delivery_notification.
create temporary table compare_notification on commit drop as
select
  period.is_current,
  notification.property_id,
  notification.channel,
  notification.created_at,
  notification.attempts <= 1 as first_attempt,
  case
    when notification.finished_at <= period.as_of then
      case notification.state
        when 'accepted' then 'delivered'
        when 'dead' then notification.cause
        else notification.state
      end
    when notification.expires_at < period.as_of then 'expired'
    else 'pending'
  end as fate
from notification
join compare_period as period
  on notification.created_at >= period.window_start
    and notification.created_at < period.window_end
    and notification.created_at <= period.as_of
where notification.origin <> 'report'
