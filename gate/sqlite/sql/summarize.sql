-- ?1 project, ?2 scope (text). kind, version, name, state, algorithm, content_sha256,
-- down_sha256, phase (text), in byte order of kind and version: the rows that the fast path hashes.
SELECT kind, version, name, state, algorithm, content_sha256, down_sha256, phase
FROM main.lockgate_migration
WHERE project = ?1 AND scope = ?2
ORDER BY kind, version;
