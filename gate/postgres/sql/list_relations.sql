-- The relations that are not the server's own, by number: number, name, file, whether it may be rewritten.
SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname), c.relfilenode, c.relkind IN ('r', 'm')
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND n.nspname <> 'pg_toast'
ORDER BY c.oid;
