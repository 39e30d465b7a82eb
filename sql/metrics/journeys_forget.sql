-- One row is one lead of the batch from $1, excluded, to $2: its journey is taken away, to be put in
-- again.
delete from journey
using measure_lead
where measure_lead.i > $1::bigint
  and measure_lead.i <= $2::bigint
  and journey.lead = measure_lead.lead
