-- Grain: one conversation of the property $1 that is linked.
select conversation_id, resman_lead_id from lead_link where property_id = $1
