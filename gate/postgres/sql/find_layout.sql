-- One row: pid (integer) and is_standby (boolean) of the backend, database (oid), tables (bigint):
-- how many of the history's five are there, missing (text or NULL): the first that is not. For
-- where the history could not be read.
SELECT pg_backend_pid(), pg_is_in_recovery(),
	(SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database()),
	count(c.oid), min(t.name) FILTER (WHERE c.oid IS NULL)
FROM (VALUES ('batch'), ('event'), ('format'), ('migration'), ('object')) AS t (name)
	LEFT JOIN pg_namespace AS n ON n.nspname = 'lockgate'
	LEFT JOIN pg_class AS c ON c.relnamespace = n.oid AND c.relname = t.name
		AND c.relkind IN ('r', 'p');
