-- $1 name of an index, $2 name of its table, as the script writes them (text). is_valid (boolean),
-- remedy (text): an index that a build has left, and the statement that takes it away.
SELECT i.indisvalid,
	pg_catalog.format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_index AS i
	JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid
	JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE i.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($2)::pg_catalog.oid
	AND c.relname OPERATOR(pg_catalog.=) ((pg_catalog.parse_ident($1))[1])::pg_catalog.name;
