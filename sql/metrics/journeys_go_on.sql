-- One row is one lead of measure_changed that is not to be read whole: its journey is taken out, to go
-- on by what came since.
delete from journey
using measure_changed
where journey.lead = measure_changed.lead
  and not exists (select from measure_lead where measure_lead.lead = measure_changed.lead)
returning
  journey.lead,
  journey.property_id,
  journey.truncated,
  journey.entries,
  journey.entered_at,
  journey.noop_at,
  journey.ends_bridged
