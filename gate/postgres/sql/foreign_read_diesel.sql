-- $1 schema and $2 table (identifiers, quoted): the history of Diesel. identity, checksum, detail,
-- path, state (applied, failed, undone, forgotten or baseline), applied_at (text or NULL), in the
-- order in which they were applied.
SELECT version::text, NULL, NULL, NULL, 'applied', run_on::text
FROM $1.$2
ORDER BY run_on, version::text COLLATE "C";
