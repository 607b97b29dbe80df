-- ?1 project, ?2 scope (text). is_ours (integer), kind, identity, sha256, definition (text; NULL
-- where it is not ours), batch_id (text): the schema as it is recorded, and what other projects and
-- scopes have recorded in the same file.
SELECT project = ?1 AND scope = ?2, kind, identity, sha256,
	CASE WHEN project = ?1 AND scope = ?2 THEN definition END, batch_id
FROM lockgate_object;
