-- Grain: one row per column that a new conversation needs and that the pull cannot fill.
select column_name
from information_schema.columns
where table_schema = current_schema() and table_name = 'conversation'
  and is_nullable = 'NO' and column_default is null
  and column_name not in ('id', 'property_id', 'resman_lead_id', 'status')
