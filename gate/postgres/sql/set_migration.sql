-- $1 project, $2 scope, $3 kind, $4 version, $5 state, $6 raw, $7 content, $8 tokens hash, $9 batch
-- (text), $10 statements done (integer), $11 applied_at (timestamptz), $12 statements in all
-- (integer): changes a row by decision. 22012 where there is none.
WITH written AS (
	UPDATE lockgate.migration
	SET state = $5, raw_sha256 = $6, content_sha256 = $7, tokens_sha256 = $8, batch_id = $9,
		statements_done = $10::int4, applied_at = $11::timestamptz,
		statements_total = $12::int4
	WHERE project = $1 AND scope = $2 AND kind = $3 AND version = $4
	RETURNING 1
)
SELECT 1 / count(*)::int4 FROM written;
