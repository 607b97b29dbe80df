-- $1 project, $2 scope, $3 kind, $4 version, $5 batch_id (text), $6 statements (integer).
-- duration_us (bigint): the row that this very transaction has taken hold of goes, with its event.
-- 22012 if the script has ended that transaction.
WITH reverted AS (
	DELETE FROM lockgate.migration
	WHERE project = $1 AND scope = $2 AND kind = $3 AND version = $4 AND state = 'running'
		AND xmin = pg_current_xact_id()::xid
	RETURNING greatest(1, extract(epoch FROM clock_timestamp() - started_at) * 1000000)::int8
		AS duration_us
), noted AS (
	INSERT INTO lockgate.event (at, batch_id, version, what, detail)
	SELECT clock_timestamp(), $5, $4, 'reverted', format('%s statement%s in %s ms', $6::int4,
		CASE WHEN $6::int4 = 1 THEN '' ELSE 's' END, round(duration_us / 1000.0, 1))
	FROM reverted
)
SELECT max(duration_us), 1 / count(*)::int4 FROM reverted;
