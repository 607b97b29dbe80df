-- $1 project, $2 scope (text). Every row's columns but the down script and the row's digest; then
-- the action and the outcome of its batch (text), and has_doubt (boolean or NULL): the run that
-- left the row died in a statement of which nobody knows whether it took effect. Moments are RFC
-- 3339.
SELECT m.kind, m.version, m.name, m.position, m.state, m.algorithm, m.raw_sha256,
	m.content_sha256, m.tokens_sha256, m.down_sha256, m.phase, m.batch_id,
	to_char(m.started_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
	to_char(m.applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
	m.duration_us, m.statements_done, m.statements_total, m.adopted_from, b.action, b.outcome,
	CASE m.state WHEN 'running' THEN (
		SELECT e.what = 'began'
		FROM lockgate.event AS e
		WHERE e.batch_id = m.batch_id AND e.version = m.version
		ORDER BY e.id DESC
		LIMIT 1
	) END
FROM lockgate.migration AS m LEFT JOIN lockgate.batch AS b ON b.id = m.batch_id
WHERE m.project = $1 AND m.scope = $2;
