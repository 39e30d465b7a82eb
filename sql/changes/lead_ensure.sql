-- Grain: one lead that is known only by its conversation.
insert into lead (resman_lead_id, property_id, conversation_id)
values ($1, $2::uuid, $3::uuid)
on conflict do nothing
