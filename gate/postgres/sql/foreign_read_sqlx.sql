-- $1 schema and $2 table (identifiers, quoted): the history of sqlx. identity, checksum, detail,
-- path, state (applied, failed, undone, forgotten or baseline), applied_at (text or NULL), in the
-- order in which they were applied.
SELECT version::text, encode(checksum, 'hex'), description, NULL,
	CASE WHEN success THEN 'applied' ELSE 'failed' END, installed_on::text
FROM $1.$2
ORDER BY installed_on, version;
