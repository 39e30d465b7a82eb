-- Grain: one (system, property) of this pull.
insert into stage_pull (system, property_id, complete, incremental)
values ($1, $2::uuid, $3::boolean, $4::boolean)
