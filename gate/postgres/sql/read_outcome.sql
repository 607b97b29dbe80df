-- $1 project, $2 scope, $3 kind, $4 version, $5 batch_id (text). state (text), is_own (boolean: it
-- is that batch's), duration_us (bigint): what became of a migration whose run lost its session.
SELECT state, batch_id = $5, duration_us
FROM lockgate.migration
WHERE project = $1 AND scope = $2 AND kind = $3 AND version = $4;
