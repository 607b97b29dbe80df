-- ?1 table (an identifier, quoted), ?2 version (text), ?3 checksum (text in base16; on SQLite its
-- bytes), ?4 description (text): it is applied, as sqlx records it.
INSERT INTO main.?1 (version, description, success, checksum, execution_time)
VALUES (CAST(?2 AS INTEGER), ?4, 1, ?3, 0);
