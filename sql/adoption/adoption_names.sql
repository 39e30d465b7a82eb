-- Grain: one relation of this schema that has one of the given names.
select c.relname as name
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relname = any ($1::text[])
order by 1
