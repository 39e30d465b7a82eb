-- Grain: one adopted table: how many of its rows hold a word outside the vocabulary. These rows existed
-- before StatusSync; they are kept as they are and are not used.
with words (kind, word) as (
  select 'status', unnest(array[
    'new', 'contacted', 'qualified', 'tour_scheduled', 'application', 'leased', 'lost'])
  union all
  select 'author', unnest(array['chatbot', 'resman_user', 'system'])
  union all
  select 'direction', unnest(array['to_resman', 'from_resman'])
  union all
  select 'state', unnest(array['pending', 'success', 'failed'])
  union all
  select 'channel', unnest(array['email', 'sms', 'slack', 'in_app'])
),
cell ("table", id, kind, word) as (
  select 'status_sync_log', id, kind, word
  from status_sync_log
  cross join lateral (values
    ('status', old_status::text), ('status', new_status::text), ('author', updated_by::text),
    ('direction', sync_direction::text), ('state', sync_status::text)) as cell (kind, word)
  union all
  select 'status_workflow_rules', id, kind, word
  from status_workflow_rules
  cross join lateral (values
    ('status', trigger_status::text), ('status', target_status::text)) as cell (kind, word)
  union all
  select 'status_notification_preferences', id, kind, word
  from status_notification_preferences
  cross join lateral (values
    ('status', status_type::text), ('channel', notification_method::text)) as cell (kind, word)
)
select "table", count(distinct id)::bigint as rows
from cell
where word is not null and not exists (
  select from words where words.kind = cell.kind and words.word = cell.word)
group by "table"
order by "table"
