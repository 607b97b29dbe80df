-- ?1 table (an identifier, quoted), ?2 version (text): goose has it no more.
DELETE FROM main.?1 WHERE version_id = CAST(?2 AS INTEGER);
