-- $1 project, $2 scope (text). One row with 1 if any run has written here, else none.
SELECT 1 FROM lockgate.batch WHERE project = $1 AND scope = $2 LIMIT 1;
