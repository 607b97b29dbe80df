-- ?1 table (an identifier, quoted): the history of Flyway; a repeatable has no version. identity,
-- checksum, detail, path, state (applied, failed, undone, forgotten or baseline), applied_at (text
-- or NULL), in the order in which they were applied.
SELECT version, CAST(checksum AS TEXT), description, script,
	CASE WHEN NOT success THEN 'failed' WHEN type = 'BASELINE' THEN 'baseline'
		WHEN type LIKE 'UNDO%' THEN 'undone' WHEN type = 'DELETE' THEN 'forgotten'
		ELSE 'applied' END,
	CAST(installed_on AS TEXT)
FROM main.?1
WHERE type <> 'SCHEMA'
ORDER BY installed_rank;
