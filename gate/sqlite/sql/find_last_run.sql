-- ?1 project, ?2 scope (text). id (text or NULL) of the newest batch that may have changed the schema.
SELECT max(id) FROM lockgate_batch WHERE project = ?1 AND scope = ?2 AND action IN ('apply', 'revert');
