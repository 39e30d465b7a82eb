-- Grain: one row per lead: the fields known about it, for the conditions of a push.
select resman_lead_id, lead_score, fields from lead where resman_lead_id = any($1::text[])
