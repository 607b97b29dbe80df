-- ?1 table (an identifier, quoted), ?2 version (text): dbmate has it no more.
DELETE FROM main.?1 WHERE version = ?2;
