-- $1 schema, $2 table (identifiers, quoted), $3 version (text or NULL), $4 checksum, $5
-- description, $6 script (text): it is applied, as Flyway records it; no version is a repeatable.
INSERT INTO $1.$2 (installed_rank, version, description, type, script, checksum, installed_by,
	execution_time, success)
SELECT coalesce(max(installed_rank), 0) + 1, $3, $5, 'SQL', $6, $4::int4, session_user, 0, true
FROM $1.$2;
