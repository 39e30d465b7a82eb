-- One row is one conversation that gave a log row with a seq above $1 and up to $2 its property, or whose
-- property has changed since the last measurement.
insert into measured_conversation (conversation_id, property_id)
select distinct conversation.id, conversation.property_id
from status_sync_log as log
join conversation on conversation.id = log.conversation_id
where log.property_id is null
  and log.seq > $1::bigint
  and log.seq <= $2::bigint
union
select conversation.id, conversation.property_id
from measured_conversation as measured
join conversation on conversation.id = measured.conversation_id
where conversation.property_id is distinct from measured.property_id
on conflict (conversation_id) do update set property_id = excluded.property_id
