-- type, name, table (text), sql (text; NULL of what a constraint has made): what the schema has but
-- SQLite's own and the history's tables.
SELECT s.type, s.name, s.tbl_name, s.sql
FROM main.sqlite_schema AS s
WHERE substr(s.name, 1, 7) <> 'sqlite_' AND substr(s.name, 1, 9) <> 'lockgate_'
	AND substr(s.tbl_name, 1, 9) <> 'lockgate_';
