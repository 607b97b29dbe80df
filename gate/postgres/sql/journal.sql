-- $1 project, $2 scope, $3 kind, $4 version (text), $5 statements done (integer), $6 tokens_sha256
-- (text): so many statements of a migration outside of a transaction have taken effect. 22012 where
-- its row is gone.
WITH journaled AS (
	UPDATE lockgate.migration SET statements_done = $5::int4, tokens_sha256 = $6
	WHERE project = $1 AND scope = $2 AND kind = $3 AND version = $4 AND state = 'running'
	RETURNING 1
)
SELECT 1 / count(*)::int4 FROM journaled;
