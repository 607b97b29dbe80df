-- $1 schema and $2 table (identifiers, quoted): the history of golang-migrate: one row with the
-- newest version, or -1 when not even the first one is done. identity, checksum, detail, path,
-- state (applied, failed, undone, forgotten or baseline), applied_at (text or NULL), in the order
-- in which they were applied.
SELECT version::text, NULL, NULL, NULL, CASE WHEN dirty THEN 'failed' ELSE 'baseline' END, NULL
FROM $1.$2
WHERE dirty OR version >= 0;
