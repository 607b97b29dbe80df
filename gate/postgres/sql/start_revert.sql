-- $1 project, $2 scope, $3 kind, $4 version, $5 batch_id (text), $6 statements done, $7 statements
-- in all (integer), $8 tokens_sha256 (text). Takes hold of the row of a migration that is to be
-- undone; that applied_at stays tells it from one that is being applied. 22012 where there is no
-- such row.
WITH held AS (
	UPDATE lockgate.migration
	SET state = 'running', batch_id = $5, started_at = clock_timestamp(),
		statements_done = $6::int4, statements_total = $7::int4, tokens_sha256 = $8
	WHERE project = $1 AND scope = $2 AND kind = $3 AND version = $4
	RETURNING 1
)
SELECT 1 / count(*)::int4 FROM held;
