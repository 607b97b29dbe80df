-- $1 schema and $2 table (identifiers, quoted): the history of knex, whose detail is the batch.
-- identity, checksum, detail, path, state (applied, failed, undone, forgotten or baseline),
-- applied_at (text or NULL), in the order in which they were applied.
SELECT name::text, NULL, batch::text, NULL, 'applied', migration_time::text
FROM $1.$2
ORDER BY id;
