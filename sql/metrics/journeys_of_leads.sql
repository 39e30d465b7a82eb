-- One row is one lead of the batch as its journey stands, which is taken out: what rollup counted of it.
delete from journey
using measure_lead
where journey.lead = measure_lead.lead
  and measure_lead.i > (select current_setting('measure.batch_after')::bigint)
  and measure_lead.i <= (select current_setting('measure.batch_through')::bigint)
returning
  journey.lead,
  journey.property_id,
  journey.truncated,
  journey.entries,
  journey.entered_at,
  journey.noop_at,
  journey.ends_bridged
