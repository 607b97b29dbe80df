-- ?1 table (an identifier, quoted): holder (text, '' where it is not told), one row if the lock of
-- knex is held, else none.
SELECT '' FROM main.?1 WHERE is_locked <> 0 LIMIT 1;
