-- Grain: one row: the words that the erasure $1 empties wherever they stand, as a JSON array. They are sources and reasons
-- for a loss that erased leads tell, and no lead tells which is not erased. Words that such a lead tells are categories,
-- and stay. Capitals do not tell words apart.
with
asked as (
  select e.id from erasure e where e.id = $1
),
described as (
  select told.field, told.word,
    d.resman_lead_id in (select e.resman_lead_id from erasure e) as is_erased
  from lead_description d
  cross join lateral (values ('source', d.source), ('lost_reason', d.lost_reason)) as told (field, word)
  where told.word is not null
),
candidate as (
  select field, lower(word) as word
  from described
  -- Not what stands in the place of a word already.
  where is_erased and lower(word) !~ '^erased [0-9]+$'
  group by field, lower(word)
),
gone as (
  select *
  from candidate
  where not exists (
    select from described as kept
    where not kept.is_erased and kept.field = candidate.field and lower(kept.word) = candidate.word)
)
select
  coalesce(jsonb_agg(jsonb_build_object(
    'field', gone.field, 'word', gone.word, 'label', 'erased ' || asked.id)), '[]')::text as words
from gone
cross join asked
