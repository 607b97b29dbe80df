-- ?1 table (an identifier, quoted): holder (text, '' where it is not told), one row if the lock of
-- Liquibase is held, else none.
SELECT coalesce(lockedby, '') FROM main.?1 WHERE locked NOT IN (0, '0', 'false', 'FALSE') LIMIT 1;
