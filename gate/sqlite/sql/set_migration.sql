-- ?1 project, ?2 scope, ?3 kind, ?4 version, ?5 state, ?6 raw, ?7 content, ?8 tokens hash,
-- ?9 batch (text), ?10 statements done (integer), ?11 applied_at (text or NULL), ?12 statements
-- in all (integer): changes a row by decision.
UPDATE main.lockgate_migration
SET state = ?5, raw_sha256 = ?6, content_sha256 = ?7, tokens_sha256 = ?8, batch_id = ?9,
	statements_done = ?10, applied_at = ?11, statements_total = ?12
WHERE project = ?1 AND scope = ?2 AND kind = ?3 AND version = ?4;
