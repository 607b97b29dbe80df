-- The schemas of this user's search path, kept for find_unmanaged_table.sql until the transaction
-- ends. Runs before the search path is pinned.
SELECT pg_catalog.set_config('lockgate.schemas',
	pg_catalog.current_schemas(false)::pg_catalog.text, true);
