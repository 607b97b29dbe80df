-- ?1 project (text). project (text): another one that has migrations here.
SELECT project FROM main.lockgate_migration WHERE project <> ?1 ORDER BY project LIMIT 1;
