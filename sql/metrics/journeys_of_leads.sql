-- One row is one lead of the batch as its journey stands: what rollup counted of it.
select
  journey.property_id,
  journey.truncated,
  journey.status,
  journey.entered_at,
  journey.entered_day,
  journey.updated_by,
  journey.sync_direction,
  journey.illegal,
  journey.discontinuous,
  journey.noop_at
from measure_lead
join journey using (lead)
where measure_lead.i > (select current_setting('measure.batch_after')::bigint)
  and measure_lead.i <= (select current_setting('measure.batch_through')::bigint)
