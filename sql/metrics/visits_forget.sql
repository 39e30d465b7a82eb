-- One row is one stay of a lead of the batch from $1, excluded, to $2: taken away, to be put in again.
delete from visit
using measure_lead
where measure_lead.i > $1::bigint
  and measure_lead.i <= $2::bigint
  and visit.lead = measure_lead.lead
