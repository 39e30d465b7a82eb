-- Grain: one lead, locked until the transaction ends. Ends with an error (22P02) where its base is not $2, on which a
-- change was decided: somebody else logged another one since.
select (case when base is not distinct from $2::text then 'true' else 'another base' end)::boolean as is_same
from lead
where resman_lead_id = $1::text
for update
