-- Grain: one column of a table of the feature specification, or of one of the two tables that it references,
-- as this schema has it before the first migration. key: the column alone identifies a row.
select c.relname as "table", c.relkind::text as kind, a.attname as "column",
  format_type(a.atttypid, null) as type,
  case when a.atttypid = 'varchar'::regtype and a.atttypmod > 4 then a.atttypmod - 4 end as length,
  a.attnotnull as required, a.atthasdef or a.attidentity <> '' as has_default,
  exists (
    select from pg_index i
    where i.indrelid = c.oid and i.indisunique and i.indpred is null and i.indnatts = 1
      and i.indkey[0] = a.attnum) as key
from pg_class c
left join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = current_schema()::regnamespace
  and c.relname in (
    'property', 'conversation', 'status_sync_log', 'status_workflow_rules',
    'status_notification_preferences')
order by c.relname, a.attnum
