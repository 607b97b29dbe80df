-- $1 schema and $2 table (identifiers, quoted): the history of Prisma, where the newest row about a
-- migration counts. identity, checksum, detail, path, state (applied, failed, undone, forgotten or
-- baseline), applied_at (text or NULL), in the order in which they were applied.
SELECT migration_name::text, checksum::text, NULL, NULL,
	CASE WHEN rolled_back_at IS NOT NULL THEN 'undone' WHEN finished_at IS NULL THEN 'failed'
		ELSE 'applied' END,
	finished_at::text
FROM $1.$2
ORDER BY started_at, finished_at;
