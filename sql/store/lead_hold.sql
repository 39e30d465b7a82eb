-- Grain: one lead, locked until the transaction ends.
select base, base_seq from lead where resman_lead_id = $1 for update
