-- $1 the scope (text), $2 until the transaction ends (boolean): unqualified names are looked up, and
-- made, in the schema of that name first. 22012 if there is none: they would end up elsewhere.
SELECT pg_catalog.set_config('search_path',
		pg_catalog.concat_ws(', ', pg_catalog.quote_ident($1),
			NULLIF(pg_catalog.current_setting('search_path'), '')),
		$2::pg_catalog.bool),
	1 / pg_catalog.count(*)::pg_catalog.int4
FROM pg_catalog.pg_namespace
WHERE nspname = $1;
