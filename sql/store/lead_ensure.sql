-- Grain: one lead that no night has read yet: it has a row to lock, and for the time of its last send.
insert into lead (resman_lead_id, property_id, conversation_id)
values ($1, $2::uuid, $3::uuid)
on conflict do nothing
