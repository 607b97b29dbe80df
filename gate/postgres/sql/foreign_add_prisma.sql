-- $1 schema, $2 table (identifiers, quoted), $3 name, $4 checksum (text): it is applied, as Prisma
-- records it.
INSERT INTO $1.$2 (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
VALUES (gen_random_uuid()::text, $4, $3, now(), clock_timestamp(), 1);
