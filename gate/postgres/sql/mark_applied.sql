-- $1 project, $2 scope, $3 kind, $4 version, $5 batch_id, $6 tokens_sha256 (text), $7 statements
-- (integer). duration_us (bigint): the row that this very transaction has written as running
-- becomes applied, with its event. 22012 if the script has ended that transaction. Behind a savepoint
-- the row has the number of a subtransaction; what is visible and in progress is our own.
WITH applied AS (
	UPDATE lockgate.migration
	SET state = 'applied', applied_at = clock_timestamp(), tokens_sha256 = $6,
		statements_done = $7::int4, statements_total = $7::int4, duration_us =
		greatest(1, extract(epoch FROM clock_timestamp() - started_at) * 1000000)::int8
	WHERE project = $1 AND scope = $2 AND kind = $3 AND version = $4 AND state = 'running'
		AND (xmin = pg_current_xact_id()::xid OR pg_xact_status((
			(pg_current_xact_id()::text::int8 >> 32 << 32) + xmin::text::int8
		)::text::xid8) = 'in progress')
	RETURNING duration_us
), noted AS (
	INSERT INTO lockgate.event (at, batch_id, version, what, detail)
	SELECT clock_timestamp(), $5, $4, 'applied', format('%s statement%s in %s ms', $7::int4,
		CASE WHEN $7::int4 = 1 THEN '' ELSE 's' END, round(duration_us / 1000.0, 1))
	FROM applied
)
SELECT max(duration_us), 1 / count(*)::int4 FROM applied;
