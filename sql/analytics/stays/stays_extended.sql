-- One row is one lead of measure_changed that is not to be read whole: its stays are taken out, to go
-- on by what came since.
delete from stays
using measure_changed
where stays.lead = measure_changed.lead
  and not exists (select from measure_lead where measure_lead.lead = measure_changed.lead)
returning
  stays.lead,
  stays.property_id,
  stays.truncated,
  stays.entries,
  stays.entered_at,
  stays.noop_at,
  stays.ends_bridged
