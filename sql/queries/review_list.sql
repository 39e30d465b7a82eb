-- Grain: one row a question in the given states, oldest first; null narrows nothing.
select to_jsonb(i) - 'refused' || jsonb_build_object(
    'age_seconds', floor(extract(epoch from $4::timestamptz - i.first_seen))) as item
from review_item i
where i.state = any($1::text[])
  and ($2::text is null or i.verdict = $2)
  and ($3::text[] is null or i.resman_lead_id = any($3::text[]))
order by i.first_seen, i.id
