-- For a superuser. No row; 22012 if one of the history's relations is no plain table: a view, or a
-- column that is computed when it is read, would run its owner's code with a superuser's rights.
SELECT plain
FROM (
	SELECT 1 / (count(*) = 0)::int4 AS plain
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	WHERE n.nspname = 'lockgate'
		AND c.relname IN ('batch', 'event', 'format', 'migration', 'object')
		AND (c.relkind NOT IN ('r', 'p') OR EXISTS (
			SELECT 1 FROM pg_attribute AS a
			WHERE a.attrelid = c.oid AND a.attgenerated = 'v'))
) AS p
WHERE plain <> 1;
