-- ?1 table (an identifier, quoted), ?2 version (text): it is applied, as goose records it.
INSERT INTO main.?1 (version_id, is_applied) VALUES (CAST(?2 AS INTEGER), 1);
