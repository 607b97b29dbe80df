-- $1 project, $2 scope, $3 what (text). detail (text or NULL) of the newest event of that kind that
-- a run of this project and scope has left when it adopted or took that back.
SELECT e.detail
FROM lockgate.event AS e JOIN lockgate.batch AS b ON b.id = e.batch_id
WHERE b.project = $1 AND b.scope = $2 AND b.action IN ('adopt', 'forget') AND e.what = $3
ORDER BY e.id DESC
LIMIT 1;
