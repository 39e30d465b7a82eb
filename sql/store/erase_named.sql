-- Grain: one row: whether conversations have the name of their lead in this installation.
select exists (
  select from pg_attribute
  where attrelid = 'conversation'::regclass and attname = 'lead_name' and not attisdropped) as has_name
