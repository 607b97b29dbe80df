-- ?1 table (an identifier, quoted), ?2 version (text or NULL), ?3 checksum, ?4 description, ?5
-- script (text): it is applied, as Flyway records it; no version is a repeatable.
INSERT INTO main.?1 (installed_rank, version, description, type, script, checksum, installed_by,
	installed_on, execution_time, success)
SELECT coalesce(max(installed_rank), 0) + 1, ?2, ?4, 'SQL', ?5, CAST(?3 AS INTEGER), '',
	strftime('%Y-%m-%d %H:%M:%f', 'now'), 0, 1
FROM main.?1;
