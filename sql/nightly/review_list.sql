-- Grain: one row per question in the given states, oldest first; null does not filter. A side is given as a
-- canonical status, as its raw text with spaces and hyphens replaced by _, or as missing.
select to_jsonb(i) - 'refused' || jsonb_build_object(
    'property_name', p.name,
    'age_seconds', floor(extract(epoch from $4::timestamptz - i.first_seen))) as item
from review_item i
left join property p on p.id = i.property_id
where i.state = any($1::text[])
  and ($2::text is null or i.verdict = $2)
  and ($3::text[] is null or i.resman_lead_id = any($3::text[]))
  and ($5::uuid is null or i.property_id = $5::uuid)
  and ($6::text is null or $6 in (
    i.domiq, translate(lower(btrim(i.domiq_raw)), ' -', '__'),
    case when i.domiq_raw is null then 'missing' end))
  and ($7::text is null or $7 in (
    i.resman, translate(lower(btrim(i.resman_raw)), ' -', '__'),
    case when i.resman_raw is null then 'missing' end))
order by i.first_seen, i.id
