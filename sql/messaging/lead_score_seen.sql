-- Grain: one lead, locked, so that changes of its score are serialized.
select lead_score from lead where resman_lead_id = $1 for update
