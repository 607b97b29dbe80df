-- ?1 project, ?2 scope (text). Every row's columns but the down script; last the action and the
-- outcome of its batch (text). What should be an integer and is none is quoted, so it reads as none.
SELECT m.kind, m.version, m.name, iif(typeof(m.position) = 'integer', m.position, quote(m.position)),
	m.state, m.algorithm, m.raw_sha256, m.content_sha256, m.tokens_sha256, m.down_sha256, m.phase,
	m.batch_id, m.started_at, m.applied_at,
	iif(typeof(m.duration_us) IN ('integer', 'null'), m.duration_us, quote(m.duration_us)),
	iif(typeof(m.statements_done) = 'integer', m.statements_done, quote(m.statements_done)),
	iif(typeof(m.statements_total) = 'integer', m.statements_total, quote(m.statements_total)),
	m.adopted_from, b.action, b.outcome
FROM main.lockgate_migration AS m LEFT JOIN main.lockgate_batch AS b ON b.id = m.batch_id
WHERE m.project = ?1 AND m.scope = ?2;
