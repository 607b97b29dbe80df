-- $1 project … $4 version (text): the row; $5 name … $21 down_sql as in insert_migration.sql.
-- Writes it in place of the one that stands there. 22012 where there is none.
WITH written AS (
	UPDATE lockgate.migration
	SET name = $5, position = $6::int8, state = $7, algorithm = $8, raw_sha256 = $9,
		content_sha256 = $10, tokens_sha256 = $11, down_sha256 = $12, phase = $13,
		batch_id = $14, started_at = coalesce($15::timestamptz, clock_timestamp()),
		applied_at = $16::timestamptz, duration_us = $17::int8,
		statements_done = $18::int4, statements_total = $19::int4, adopted_from = $20,
		down_sql = $21
	WHERE project = $1 AND scope = $2 AND kind = $3 AND version = $4
	RETURNING 1
)
SELECT 1 / count(*)::int4 FROM written;
