-- The locks that this session has on such relations: number, mode, and, unless it was dropped, name and
-- file. A script may have led names elsewhere, so each operator says where it is from.
SELECT l.relation, l.mode,
	CASE WHEN n.nspname IS NOT NULL THEN pg_catalog.format('%I.%I', n.nspname, c.relname) END,
	c.relfilenode
FROM pg_catalog.pg_locks l
LEFT JOIN pg_catalog.pg_class c ON c.oid OPERATOR(pg_catalog.=) l.relation
LEFT JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE l.pid OPERATOR(pg_catalog.=) pg_catalog.pg_backend_pid()
	AND l.locktype OPERATOR(pg_catalog.=) 'relation'::pg_catalog.text
	AND l.granted
	AND l.relation OPERATOR(pg_catalog.>=) 16384::pg_catalog.oid
ORDER BY 1, 2;
