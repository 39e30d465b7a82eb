-- One row is one lead of measure_changed that only has new rows: its stays are deleted and returned, to be
-- extended by these rows.
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
