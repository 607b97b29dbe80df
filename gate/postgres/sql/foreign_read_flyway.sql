-- $1 schema and $2 table (identifiers, quoted): the history of Flyway; a repeatable has no version.
-- identity, checksum, detail, path, state (applied, failed, undone, forgotten or baseline),
-- applied_at (text or NULL), in the order in which they were applied.
SELECT version::text, checksum::text, description, script,
	CASE WHEN NOT success THEN 'failed' WHEN type = 'BASELINE' THEN 'baseline'
		WHEN type LIKE 'UNDO%' THEN 'undone' WHEN type = 'DELETE' THEN 'forgotten'
		ELSE 'applied' END,
	installed_on::text
FROM $1.$2
WHERE type <> 'SCHEMA'
ORDER BY installed_rank;
