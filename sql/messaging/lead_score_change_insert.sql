-- Grain: one change of one lead's score.
insert into lead_score_change (
  property_id, execution_id, resman_lead_id, old_score, new_score, delta, reason)
values ($1::uuid, $2::uuid, $3, $4::double precision, $5::double precision, $6::double precision, $7)
