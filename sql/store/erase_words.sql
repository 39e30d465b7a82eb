-- Grain: one row: the words that the erasure $1 empties wherever they stand, as a JSON array. They are sources and reasons
-- for a loss that an erased lead tells, or that figures show in a measurement since the lead came, and that no lead tells
-- now which is not erased. Words that such a lead tells are categories, and stay. Capitals do not tell words apart.
with
asked as (
  select e.id,
    coalesce((
      select nullif(min(coalesce(g.occurred_at, g.created_at)), 'infinity')
      from status_sync_log g
      where g.resman_lead_id = e.resman_lead_id
        or g.resman_lead_id is null and g.conversation_id = any(e.conversation_ids)), '-infinity')
      as first_at
  from erasure e
  where e.id = $1
),
described as (
  select told.field, told.word,
    d.resman_lead_id in (select e.resman_lead_id from erasure e) as is_erased
  from lead_description d
  cross join lateral (values ('source', d.source), ('lost_reason', d.lost_reason)) as told (field, word)
  where told.word is not null
),
shown as (
  select field, word, 'infinity'::timestamptz as until from described where is_erased
  union all
  select 'source', source, until from metric_sources_revision where source is not null
  union all
  select 'lost_reason', reason, until from metric_lost_reasons_revision where reason is not null
),
candidate as (
  select shown.field, lower(shown.word) as word, array_agg(distinct shown.word) as spellings
  from shown
  cross join asked
  -- Not what stands in the place of a word already.
  where lower(shown.word) !~ '^erased [0-9]+([.][0-9]+)?$'
  group by shown.field, lower(shown.word)
  having bool_or(shown.until > asked.first_at)
),
gone as (
  select
    *,
    count(*) over (partition by field) as n,
    row_number() over (partition by field order by word collate "C") as place
  from candidate
  where not exists (
    select from described as kept
    where not kept.is_erased and kept.field = candidate.field and lower(kept.word) = candidate.word)
)
-- Each word gets a label of its own: two rows of one measurement may not have the same.
select
  coalesce(jsonb_agg(jsonb_build_object(
    'field', gone.field, 'word', gone.word, 'spellings', gone.spellings,
    'label', 'erased ' || asked.id || case when gone.n > 1 then '.' || gone.place else '' end)), '[]')::text
    as words
from gone
cross join asked
