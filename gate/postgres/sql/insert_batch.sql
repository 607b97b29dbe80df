-- $1 id, $2 project, $3 scope, $4 action, $5 bundle_id, $6 signed_by, $7 policy, $8 reason,
-- $9 tool, $10 source, $11 run_url, $12 actor, $13 host (text), $14 started_at (timestamptz): a run
-- begins. 22012 unless one row was written.
WITH written AS (
	INSERT INTO lockgate.batch (id, project, scope, action, bundle_id, signed_by, policy, reason,
		tool, source, run_url, actor, host, started_at)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::timestamptz)
	RETURNING 1
)
SELECT 1 / count(*)::int4 FROM written;
