-- ?1 names (text, lower case, each with a line end), ?2 another name or NULL (text), which may have
-- main. in front. schema, name, columns (each with a line end), is_near (integer): the tables of
-- these names, and of ?2 with _lock behind it.
SELECT 'main', s.name, (
		SELECT group_concat(c.name || char(10), '') FROM pragma_table_info(s.name) AS c
	), 1
FROM main.sqlite_schema AS s
WHERE s.type = 'table' AND substr(s.name, 1, 9) <> 'lockgate_'
	AND (instr(char(10) || ?1, char(10) || lower(s.name) || char(10)) > 0
		OR lower(s.name) IN (lower(?2), lower(?2 || '_lock'))
		OR lower('main.' || s.name) IN (lower(?2), lower(?2 || '_lock')))
ORDER BY s.name
LIMIT 1000;
