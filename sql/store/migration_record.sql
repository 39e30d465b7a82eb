-- Grain: one migration, applied in this transaction.
insert into schema_migration (version, name, checksum) values ($1::integer, $2, $3)
