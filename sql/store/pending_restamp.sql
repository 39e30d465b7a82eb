-- Grain: one lead with a pending change that seems to have been sent in the future: the clock was
-- set back since. How long ago that was is not known, so its settle window begins again now.
update lead l
set last_sent_at = now()
from status_sync_log g
where g.sync_status = 'pending' and g.resman_lead_id = l.resman_lead_id
  and l.last_sent_at > now()
