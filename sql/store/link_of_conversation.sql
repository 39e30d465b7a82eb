-- Grain: one row: the lead that the conversation $1 is linked with; none where it is not.
select resman_lead_id from lead_link where conversation_id = $1
