-- ?1 table (an identifier, quoted): the history of sqlx. identity, checksum, detail, path, state
-- (applied, failed, undone, forgotten or baseline), applied_at (text or NULL), in the order in
-- which they were applied.
SELECT CAST(version AS TEXT), lower(hex(checksum)), description, NULL,
	CASE WHEN success THEN 'applied' ELSE 'failed' END, CAST(installed_on AS TEXT)
FROM main.?1
ORDER BY installed_on, version;
