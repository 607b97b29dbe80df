-- $1 names (text, lower case, each with a line end), $2 another name or NULL (text), which may have
-- its schema in front. schema, name, columns (each with a line end), is_near (boolean): the tables
-- of these names, and of $2 with _lock behind it, those first that the user's search path finds.
-- Runs where remember_schemas.sql has.
WITH present AS (
	SELECT c.oid, n.nspname, c.relname,
		array_position(current_setting('lockgate.schemas')::name[], n.nspname) AS place
	FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
	WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\_%'
		AND n.nspname NOT IN ('lockgate', 'information_schema')
		AND (lower(c.relname) = ANY (string_to_array($1, chr(10)))
			OR lower(c.relname) IN (lower($2), lower($2 || '_lock'))
			OR lower(n.nspname || '.' || c.relname) IN (lower($2), lower($2 || '_lock')))
)
SELECT nspname, relname, (
		SELECT string_agg(a.attname || chr(10), '' ORDER BY a.attnum)
		FROM pg_attribute AS a
		WHERE a.attrelid = present.oid AND a.attnum > 0 AND NOT a.attisdropped
	), place IS NOT NULL
FROM present
ORDER BY place, nspname, relname
LIMIT 1000;
