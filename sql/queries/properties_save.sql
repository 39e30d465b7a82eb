-- Grain: one row a property that ResMan listed.
insert into property (id, name, timezone)
values ($1::uuid, $2, $3)
on conflict (id) do update set
  name = coalesce(excluded.name, property.name),
  timezone = coalesce(excluded.timezone, property.timezone)
