-- $1 project, $2 scope, $3 kind, $4 version (text). down_sql (text or NULL) of that row.
SELECT down_sql FROM lockgate.migration
WHERE project = $1 AND scope = $2 AND kind = $3 AND version = $4;
