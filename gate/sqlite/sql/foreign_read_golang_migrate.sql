-- ?1 table (an identifier, quoted): the history of golang-migrate: one row with the newest version,
-- or -1 when not even the first one is done. identity, checksum, detail, path, state (applied,
-- failed, undone, forgotten or baseline), applied_at (text or NULL), in the order in which they
-- were applied.
SELECT CAST(version AS TEXT), NULL, NULL, NULL,
	CASE WHEN dirty IN (0, '0', 'false') THEN 'baseline' ELSE 'failed' END, NULL
FROM main.?1
WHERE dirty NOT IN (0, '0', 'false') OR version >= 0;
