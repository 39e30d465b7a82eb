-- An erasure makes the row of a lead that only a conversation or the log names, and locks it: a change of the lead that is
-- being begun ends first, and its words are emptied, too.
select status_sync_grant('insert (resman_lead_id)', 'lead', 'status_sync_eraser');
