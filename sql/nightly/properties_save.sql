-- Grain: one row per property that ResMan listed. A property that DomIQ does not have is added only where
-- DomIQ's own table requires no column that the pull cannot fill.
with known as (
  update property
  set name = coalesce($2::text, name), timezone = coalesce($3::text, timezone)
  where id = $1::uuid
  returning id
)
insert into property (id, name, timezone)
select $1::uuid, $2::text, $3::text
where not exists (select from known)
  and not exists (
    select from information_schema.columns
    where table_schema = current_schema() and table_name = 'property'
      and is_nullable = 'NO' and column_default is null
      and column_name not in ('id', 'name', 'timezone')
  )
on conflict (id) do nothing
