-- name (text): those of the history's tables that are there, in byte order.
SELECT name
FROM main.sqlite_schema
WHERE type = 'table' AND name IN ('lockgate_batch', 'lockgate_event', 'lockgate_format',
	'lockgate_migration', 'lockgate_object')
ORDER BY name;
