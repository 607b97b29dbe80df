-- ?1 table (an identifier, quoted): the history of Prisma, where the newest row about a migration
-- counts. identity, checksum, detail, path, state (applied, failed, undone, forgotten or baseline),
-- applied_at (text or NULL), in the order in which they were applied.
SELECT migration_name, checksum, NULL, NULL,
	CASE WHEN rolled_back_at IS NOT NULL THEN 'undone' WHEN finished_at IS NULL THEN 'failed'
		ELSE 'applied' END,
	CAST(finished_at AS TEXT)
FROM main.?1
ORDER BY started_at, finished_at;
