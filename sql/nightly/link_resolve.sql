-- Grain: one link that a person makes, or changes: the conversation $1 and the lead $2 at the property $3.
insert into lead_link (conversation_id, resman_lead_id, property_id, how, linked_at, by, evidence)
select $1::uuid, $2::text, $3::uuid, 'person', $4::text::timestamptz, $5::text,
  case when exists (select from erasure e where e.resman_lead_id = $2::text) then null else $6::text end
on conflict (conversation_id) do update set
  resman_lead_id = excluded.resman_lead_id, property_id = excluded.property_id, how = excluded.how,
  linked_at = excluded.linked_at, by = excluded.by, evidence = excluded.evidence
