-- One row with 1 if there is a history, else none.
SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = 'lockgate_format';
