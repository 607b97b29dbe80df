-- ?1 table (an identifier, quoted): the history of Atlas; of its types 1 is a baseline and 4 is
-- decided by hand, names with a dot are its own. identity, checksum, detail, path, state (applied,
-- failed, undone, forgotten or baseline), applied_at (text or NULL), in the order in which they
-- were applied.
SELECT version, hash, description, NULL,
	CASE WHEN type & 4 <> 0 THEN 'applied'
		WHEN applied < total OR coalesce(error, '') <> '' THEN 'failed'
		WHEN type & 1 <> 0 THEN 'baseline' ELSE 'applied' END,
	CAST(executed_at AS TEXT)
FROM main.?1
WHERE version NOT LIKE '.%'
ORDER BY executed_at, version;
