-- Grain: one row a column that a new conversation would need and the pull does not know.
select column_name
from information_schema.columns
where table_schema = current_schema() and table_name = 'conversation'
  and is_nullable = 'NO' and column_default is null
  and column_name not in ('id', 'property_id', 'resman_lead_id', 'status')
