-- One row is one settled row of the log up to the measured seq (the settings measure.*).
select lead, property_id, at, seq, old_status, new_status, updated_by, sync_direction, odd
from settled_change
where seq <= (select current_setting('measure.stable_watermark')::bigint)
