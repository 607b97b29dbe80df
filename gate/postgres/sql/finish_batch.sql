-- $1 id (text), $2 finished_at (timestamptz), $3 outcome (text): the run has ended. 22012 unless
-- one row was written.
WITH written AS (
	UPDATE lockgate.batch SET finished_at = $2::timestamptz, outcome = $3 WHERE id = $1
	RETURNING 1
)
SELECT 1 / count(*)::int4 FROM written;
