-- Grain: one lead, of which a change is about to be sent; the settle window of its pending row counts from here.
insert into lead as l (resman_lead_id, property_id, conversation_id, last_sent_at)
values ($1, $2::uuid, $3::uuid, now())
on conflict (resman_lead_id) do update set last_sent_at = now()
returning last_sent_at
