-- One row is one lead of the batch: its stays are deleted and returned, so that what rollup counted of them
-- can be subtracted.
delete from stays
using measure_lead
where stays.lead = measure_lead.lead
  and measure_lead.i > (select current_setting('measure.batch_after')::bigint)
  and measure_lead.i <= (select current_setting('measure.batch_through')::bigint)
returning
  stays.lead,
  stays.property_id,
  stays.truncated,
  stays.entries,
  stays.entered_at,
  stays.noop_at,
  stays.ends_bridged
