-- $1 schema and $2 table (identifiers, quoted): the history of goose, where the newest row about a
-- version counts. identity, checksum, detail, path, state (applied, failed, undone, forgotten or
-- baseline), applied_at (text or NULL), in the order in which they were applied.
SELECT version_id::text, NULL, NULL, NULL, CASE WHEN is_applied THEN 'applied' ELSE 'undone' END,
	tstamp::text
FROM $1.$2
WHERE version_id <> 0
ORDER BY id;
