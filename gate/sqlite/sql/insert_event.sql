-- ?1 at, ?2 batch_id, ?3 version, ?4 what, ?5 detail (text; ?2, ?3, ?5 may be NULL).
INSERT INTO main.lockgate_event (at, batch_id, version, what, detail) VALUES (?1, ?2, ?3, ?4, ?5);
