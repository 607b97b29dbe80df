-- ?1 project, ?2 scope (text). One row with 1 if a run has written here, else none; so too when the
-- last one has taken an adoption back.
SELECT 1
FROM (
	SELECT action FROM main.lockgate_batch WHERE project = ?1 AND scope = ?2 ORDER BY id DESC LIMIT 1
) AS newest
WHERE action <> 'forget';
