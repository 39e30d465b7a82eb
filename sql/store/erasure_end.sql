-- Grain: one erasure, with what it emptied: $2 rows by table, $3 a JSON array of files.
update erasure
set removed = $2::jsonb, reworded = array(select jsonb_array_elements_text($3::jsonb))
where id = $1
