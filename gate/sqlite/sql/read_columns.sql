-- table, name (text): the columns of tables, those apart whose module may not be here.
SELECT s.name, c.name
FROM main.sqlite_schema AS s JOIN pragma_table_xinfo(s.name) AS c
WHERE s.type = 'table' AND substr(s.name, 1, 7) <> 'sqlite_' AND substr(s.name, 1, 9) <> 'lockgate_'
	AND s.sql NOT LIKE 'CREATE VIRTUAL %';
