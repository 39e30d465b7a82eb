-- Grain: one row per change whose end is unknown, oldest first. The quiet seconds count from the last send,
-- or from the row's creation; a creation time in the future (the clock was set back) does not count. A row of a log that was
-- taken over may have no time, or one that is none: it was written long ago.
select g.id, g.conversation_id, g.resman_lead_id, g.property_id, g.old_status, g.new_status,
  g.status_reason, g.updated_by, g.sync_direction, g.attempts, g.bridged,
  g.resman_version, g.domiq_version, g.run_id, g.notify, g.context_data, l.last_sent_at,
  extract(epoch from now() - coalesce(
    greatest(
      case when isfinite(g.created_at) and (g.created_at <= now() or l.last_sent_at is null)
        then g.created_at end,
      l.last_sent_at),
    'epoch'))::float8 as quiet_seconds
from status_sync_log g
left join lead l on l.resman_lead_id = g.resman_lead_id
where g.sync_status = 'pending'
order by g.seq
