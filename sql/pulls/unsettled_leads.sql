-- Grain: one lead that the later stages have to see whatever its records show: a change of it is unsettled, or a
-- question about it stands.
select resman_lead_id from status_sync_log where sync_status = 'pending' and resman_lead_id is not null
union
select resman_lead_id from review_item where state in ('open', 'accepted', 'ignored')
