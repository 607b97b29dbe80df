-- ?1 project, ?2 scope, ?3 kind, ?4 version (text), ?5 statements done (integer): statement ?5 of
-- a migration outside a transaction has taken effect.
UPDATE main.lockgate_migration SET statements_done = ?5
WHERE project = ?1 AND scope = ?2 AND kind = ?3 AND version = ?4 AND state = 'running';
