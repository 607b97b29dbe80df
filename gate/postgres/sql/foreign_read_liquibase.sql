-- $1 schema and $2 table (identifiers, quoted): the history of Liquibase; its detail is the author.
-- identity, checksum, detail, path, state (applied, failed, undone, forgotten or baseline),
-- applied_at (text or NULL), in the order in which they were applied.
SELECT id::text, md5sum::text, author::text, filename::text,
	CASE exectype WHEN 'FAILED' THEN 'failed' WHEN 'SKIPPED' THEN 'undone' ELSE 'applied' END,
	dateexecuted::text
FROM $1.$2
ORDER BY orderexecuted, dateexecuted;
