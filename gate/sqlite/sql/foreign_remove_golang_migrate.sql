-- ?1 table (an identifier, quoted), ?2 version (text): golang-migrate has it no more.
DELETE FROM main.?1 WHERE version = CAST(?2 AS INTEGER);
