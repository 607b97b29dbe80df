-- $1 project, $2 scope (text). id (text or NULL) of the newest batch that may have changed the schema.
SELECT max(b.id)
FROM lockgate.batch AS b
WHERE b.project = $1 AND b.scope = $2 AND b.action IN ('apply', 'revert');
