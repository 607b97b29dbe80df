-- type, name (text): an object that has a name of ours, or belongs to such a table, and is none of
-- ours.
SELECT type, name
FROM (
	SELECT 'main' AS place, type, name, tbl_name FROM main.sqlite_schema
	UNION ALL SELECT 'temp', type, name, tbl_name FROM temp.sqlite_schema
)
WHERE (lower(substr(name, 1, 9)) = 'lockgate_' OR lower(substr(tbl_name, 1, 9)) = 'lockgate_')
	AND NOT (place = 'main' AND tbl_name IN ('lockgate_format', 'lockgate_migration',
			'lockgate_batch', 'lockgate_object', 'lockgate_event')
		AND (type = 'table' AND name = tbl_name
			OR type = 'index' AND name = 'sqlite_autoindex_' || tbl_name || '_1'))
LIMIT 1;
