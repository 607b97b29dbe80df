-- ?1 table (an identifier, quoted): the history of Liquibase; its detail is the author. identity,
-- checksum, detail, path, state (applied, failed, undone, forgotten or baseline), applied_at (text
-- or NULL), in the order in which they were applied.
SELECT id, md5sum, author, filename,
	CASE exectype WHEN 'FAILED' THEN 'failed' WHEN 'SKIPPED' THEN 'undone' ELSE 'applied' END,
	CAST(dateexecuted AS TEXT)
FROM main.?1
ORDER BY orderexecuted, dateexecuted;
