-- ?1 table (an identifier, quoted), ?2 name, ?3 checksum (text): it is applied, as Prisma records
-- it.
INSERT INTO main.?1 (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
SELECT lower(substr(t.r, 1, 8) || '-' || substr(t.r, 9, 4) || '-4' || substr(t.r, 14, 3) || '-8'
	|| substr(t.r, 18, 3) || '-' || substr(t.r, 21, 12)), ?3, ?2, t.now, t.now, 1
FROM (
	SELECT hex(randomblob(16)) AS r, CAST(strftime('%s', 'now') AS INTEGER) * 1000 AS now
) AS t;
