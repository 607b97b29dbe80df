-- ?1 project, ?2 scope, ?3 kind, ?4 version (text): removes the row.
DELETE FROM main.lockgate_migration
WHERE project = ?1 AND scope = ?2 AND kind = ?3 AND version = ?4;
