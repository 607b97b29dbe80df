-- ?1 table (an identifier, quoted): the history of goose, where the newest row about a version
-- counts. identity, checksum, detail, path, state (applied, failed, undone, forgotten or baseline),
-- applied_at (text or NULL), in the order in which they were applied.
SELECT CAST(version_id AS TEXT), NULL, NULL, NULL,
	CASE WHEN is_applied THEN 'applied' ELSE 'undone' END, CAST(tstamp AS TEXT)
FROM main.?1
WHERE version_id <> 0
ORDER BY id;
