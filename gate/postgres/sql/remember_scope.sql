-- $1 the scope (text): the same as remember_schemas.sql, of the schema of that name alone.
SELECT pg_catalog.set_config('lockgate.schemas', ARRAY[$1]::pg_catalog.name[]::pg_catalog.text, true);
