-- One row is one settled log row up to measure.stable_watermark.
select lead, property_id, at, seq, old_status, new_status, updated_by, sync_direction, odd
from settled_change
where seq <= (select current_setting('measure.stable_watermark')::bigint)
