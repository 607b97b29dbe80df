-- ?1 project, ?2 scope, ?3 kind, ?4 identity, ?5 sha256, ?6 definition, ?7 batch_id (text): records an
-- object, in place of one that stands there.
INSERT OR REPLACE INTO lockgate_object (project, scope, kind, identity, sha256, definition, batch_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7);
