-- ?1 project, ?2 scope, ?3 kind, ?4 identity (text): forgets an object that is gone.
DELETE FROM lockgate_object WHERE project = ?1 AND scope = ?2 AND kind = ?3 AND identity = ?4;
