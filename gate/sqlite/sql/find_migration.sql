-- ?1 project, ?2 scope, ?3 kind, ?4 version (text). state (text) of that row.
SELECT state FROM main.lockgate_migration
WHERE project = ?1 AND scope = ?2 AND kind = ?3 AND version = ?4;
