-- ?1 project … ?21 down_sql, in the order of the columns: writes a row, in place of one that
-- stands there.
INSERT OR REPLACE INTO main.lockgate_migration (project, scope, kind, version, name, position, state,
	algorithm, raw_sha256, content_sha256, tokens_sha256, down_sha256, phase, batch_id,
	started_at, applied_at, duration_us, statements_done, statements_total, adopted_from,
	down_sql)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
	?21);
