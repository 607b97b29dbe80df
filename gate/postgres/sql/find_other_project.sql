-- $1 project (text). project (text): another one that has migrations here, while ours has none in
-- any scope.
SELECT project
FROM lockgate.migration
WHERE project <> $1 AND NOT EXISTS (SELECT 1 FROM lockgate.migration WHERE project = $1)
ORDER BY project
LIMIT 1;
