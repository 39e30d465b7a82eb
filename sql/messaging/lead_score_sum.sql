-- Grain: one lead: the sum of the score changes that our own actions made.
select coalesce(sum(delta), 0)::double precision as delta from lead_score_change where resman_lead_id = $1
