-- $1 schema, $2 table (identifiers, quoted), $3 name (text): it is rolled back, as Prisma records
-- it.
UPDATE $1.$2 SET rolled_back_at = now() WHERE migration_name = $3 AND rolled_back_at IS NULL;
