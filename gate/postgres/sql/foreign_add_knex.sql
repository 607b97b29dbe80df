-- $1 schema, $2 table (identifiers, quoted), $3 name, $4 batch (text): it is applied, as knex
-- records it.
INSERT INTO $1.$2 (name, batch, migration_time) VALUES ($3, $4::int4, now());
