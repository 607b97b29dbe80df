-- $1 the lock's space, $2 the lock's key (both as oid). Ends the transaction with 22012 unless this
-- very backend holds the lock already.
SELECT 1 / count(*)::pg_catalog.int4
FROM pg_catalog.pg_locks AS l
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = $1::oid AND l.objid = $2::oid
	AND l.objsubid = 2 AND l.pid = pg_backend_pid();
