-- Grain: one lead: what our own actions changed its score by.
select coalesce(sum(delta), 0)::double precision as delta from lead_score_change where resman_lead_id = $1
