-- ?1 table (an identifier, quoted): the history of knex, whose detail is the batch. identity,
-- checksum, detail, path, state (applied, failed, undone, forgotten or baseline), applied_at (text
-- or NULL), in the order in which they were applied.
SELECT name, NULL, CAST(batch AS TEXT), NULL, 'applied', CAST(migration_time AS TEXT)
FROM main.?1
ORDER BY id;
