-- ?1 project, ?2 scope, ?3 what (text). detail (text or NULL) of the newest event of that kind that
-- a run of this project and scope has left when it adopted or took that back.
SELECT e.detail
FROM main.lockgate_batch AS b JOIN main.lockgate_event AS e ON e.batch_id = b.id
WHERE b.project = ?1 AND b.scope = ?2 AND b.action IN ('adopt', 'forget') AND e.what = ?3
ORDER BY e.id DESC
LIMIT 1;
