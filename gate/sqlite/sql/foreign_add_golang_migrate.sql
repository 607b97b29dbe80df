-- ?1 table (an identifier, quoted), ?2 version (text): it is the newest one, as golang-migrate
-- records it, in the only row.
INSERT OR REPLACE INTO main.?1 (rowid, version, dirty)
VALUES (coalesce((SELECT min(rowid) FROM main.?1), 1), CAST(?2 AS INTEGER), 0);
