-- $1 project, $2 scope, $3 kind, $4 version (text): removes the row. 22012 where there is none.
WITH written AS (
	DELETE FROM lockgate.migration
	WHERE project = $1 AND scope = $2 AND kind = $3 AND version = $4
	RETURNING 1
)
SELECT 1 / count(*)::int4 FROM written;
