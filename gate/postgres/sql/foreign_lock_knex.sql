-- $1 schema and $2 table (identifiers, quoted): holder (text, '' where it is not told), one row if
-- the lock of knex is held, else none.
SELECT '' FROM $1.$2 WHERE is_locked <> 0 LIMIT 1;
