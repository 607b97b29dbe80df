-- $1 name of an index or table, as the script writes it (text). remedy (text): the statement that
-- takes away what an interrupted REINDEX CONCURRENTLY of it has left (PostgreSQL manual, "REINDEX").
SELECT pg_catalog.format('DROP INDEX CONCURRENTLY IF EXISTS %I.%I', n.nspname, c.relname)
FROM pg_catalog.pg_index AS i
	JOIN pg_catalog.pg_class AS c ON c.oid OPERATOR(pg_catalog.=) i.indexrelid
	JOIN pg_catalog.pg_namespace AS n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace
WHERE NOT i.indisvalid AND c.relname OPERATOR(pg_catalog.~) '_cc(new|old)[0-9]*$'
	AND (i.indrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass($1)::pg_catalog.oid
		OR i.indrelid OPERATOR(pg_catalog.=) (SELECT x.indrelid FROM pg_catalog.pg_index AS x
			WHERE x.indexrelid OPERATOR(pg_catalog.=)
				pg_catalog.to_regclass($1)::pg_catalog.oid))
ORDER BY 1
LIMIT 1;
