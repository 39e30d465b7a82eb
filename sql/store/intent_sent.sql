-- Grain: one lead; the settle window of its pending row counts from here.
update lead set last_sent_at = now() where resman_lead_id = $1
