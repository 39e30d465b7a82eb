-- One row is one lead of the batch with its stays, which are taken out: what rollup counted of it.
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
