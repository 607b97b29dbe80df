-- $1 project, $2 scope (text). is_ours (boolean), kind, identity, sha256, definition (text; NULL
-- where it is not ours), batch_id (text; of the server's row): the schema as it is recorded, and what
-- other projects have recorded in the same database.
SELECT o.project = $1, o.kind, o.identity, o.sha256,
	CASE WHEN o.project = $1 THEN o.definition END,
	CASE WHEN o.kind = 'server' THEN o.batch_id END
FROM lockgate.object AS o
WHERE o.project <> $1 OR o.scope = $2;
