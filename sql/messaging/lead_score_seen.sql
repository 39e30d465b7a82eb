-- Grain: one lead, locked, so that two changes of its score come one after the other.
select lead_score from lead where resman_lead_id = $1 for update
