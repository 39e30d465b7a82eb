-- Grain: one lead without a base, before a change by day gives it the first one: what DomIQ was last seen to show then is
-- no later move of its own.
update lead set domiq_agreed = domiq where resman_lead_id = $1 and base is null
