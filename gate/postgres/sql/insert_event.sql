-- $1 batch_id, $2 version, $3 what, $4 detail (text; all but $3 may be NULL).
INSERT INTO lockgate.event (at, batch_id, version, what, detail)
VALUES (clock_timestamp(), $1, $2, $3, $4);
