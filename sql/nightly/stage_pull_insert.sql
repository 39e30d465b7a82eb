-- Grain: one (system, property) of this pull.
insert into stage_pull (system, property_id, complete, incremental, records, digest, agreed)
values ($1, $2::uuid, $3::boolean, $4::boolean, $5::bigint, $6, $7::bigint)
