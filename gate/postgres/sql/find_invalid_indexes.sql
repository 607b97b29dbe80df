-- $1 scope (text). name (text): indexes of this scope's schemas that a build has left invalid, while
-- no build is under way on their table. Whether one is cannot be told without a right to see other
-- users' work, so then any build may be it.
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
	JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname NOT IN ('lockgate', 'information_schema')
	AND n.nspname NOT LIKE 'pg\_%' AND $1 IN ('main', n.nspname::text) AND NOT EXISTS (
		SELECT 1
		FROM pg_stat_progress_create_index AS p
		WHERE p.datname = current_database() AND coalesce(p.relid, i.indrelid) = i.indrelid
	)
ORDER BY 1
LIMIT 100;
