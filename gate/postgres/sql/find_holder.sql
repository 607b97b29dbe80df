-- $1 the lock's space, $2 the lock's key (both as oid). pid (integer), user, application, host,
-- since (text, NULL where this role may not see it), is_own, is_idle (boolean): who holds the lock,
-- and whether it has asked nothing of the server for five minutes.
SELECT a.pid, a.usename, a.application_name, coalesce(a.client_hostname, host(a.client_addr)),
	to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
	a.pid = pg_backend_pid(),
	coalesce(a.state LIKE 'idle%' AND a.state_change < clock_timestamp() - interval '5 minutes',
		false)
FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::oid AND l.objid = $2::oid
	AND l.objsubid = 2
	AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d
		WHERE d.datname = current_database())
LIMIT 1;
