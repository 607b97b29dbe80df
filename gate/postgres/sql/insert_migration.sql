-- $1 project … $4 version, $5 name (text), $6 position (bigint), $7 state, $8 algorithm, $9 raw,
-- $10 content, $11 tokens, $12 down hash, $13 phase, $14 batch_id (text), $15 started_at
-- (timestamptz; NULL: now), $16 applied_at (timestamptz), $17 duration_us (bigint), $18 statements
-- done, $19 statements in all (integer), $20 adopted_from, $21 down_sql (text): writes a row. 23505
-- where one stands, 22012 unless one was written.
WITH written AS (
	INSERT INTO lockgate.migration (project, scope, kind, version, name, position, state,
		algorithm, raw_sha256, content_sha256, tokens_sha256, down_sha256, phase, batch_id,
		started_at, applied_at, duration_us, statements_done, statements_total, adopted_from,
		down_sql)
	VALUES ($1, $2, $3, $4, $5, $6::int8, $7, $8, $9, $10, $11, $12, $13, $14,
		coalesce($15::timestamptz, clock_timestamp()), $16::timestamptz, $17::int8,
		$18::int4, $19::int4, $20, $21)
	RETURNING 1
)
SELECT 1 / count(*)::int4 FROM written;
