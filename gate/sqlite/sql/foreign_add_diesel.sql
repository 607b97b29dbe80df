-- ?1 table (an identifier, quoted), ?2 version (text): it is applied, as Diesel records it.
INSERT INTO main.?1 (version) VALUES (?2);
