-- ?1 table (an identifier, quoted), ?2 version (text): it is applied, as dbmate records it.
INSERT INTO main.?1 (version) VALUES (?2);
