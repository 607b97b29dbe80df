-- ?1 table (an identifier, quoted), ?2 name (text): it is rolled back, as Prisma records it.
UPDATE main.?1 SET rolled_back_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000
WHERE migration_name = ?2 AND rolled_back_at IS NULL;
