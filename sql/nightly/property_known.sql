-- Grain: one row: whether a property is known.
select exists (select from property where id = $1::uuid)
  or exists (select from review_item where property_id = $1::uuid) as known
