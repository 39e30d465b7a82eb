-- One row is one property whose days are now counted in another time zone, or that was or is now the property
-- of a conversation that moved.
insert into measure_recount (key)
with zone as (
  select
    coalesce(property.id, measured_property.property_id) as property_id,
    coalesce(known_timezone(property.timezone), 'UTC') as now,
    coalesce(measured_property.timezone, 'UTC') as before
  from property
  full join measured_property on measured_property.property_id = property.id
),
moved as (
  select measured.property_id as before, conversation.property_id as now
  from measured_conversation as measured
  join conversation on conversation.id = measured.conversation_id
  where conversation.property_id is distinct from measured.property_id
)
select property_id
from zone
where now <> before
union
select coalesce(before, '00000000-0000-0000-0000-000000000000')
from moved
union
select coalesce(now, '00000000-0000-0000-0000-000000000000')
from moved
