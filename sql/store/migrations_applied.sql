-- Grain: one applied migration.
select version, name, checksum from schema_migration order by version
