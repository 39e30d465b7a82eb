-- Grain: one lead with a pending change whose send time is in the future: the clock was set back since. The
-- real time is unknown, so its settle window begins again now.
update lead l
set last_sent_at = now()
from status_sync_log g
where g.sync_status = 'pending' and g.resman_lead_id = l.resman_lead_id
  and l.last_sent_at > now()
