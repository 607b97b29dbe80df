-- $1 the scope (text). One row with 1 if there is a schema of that name, else none.
SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = $1;
