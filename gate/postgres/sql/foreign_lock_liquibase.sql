-- $1 schema and $2 table (identifiers, quoted): holder (text, '' where it is not told), one row if
-- the lock of Liquibase is held, else none.
SELECT coalesce(lockedby::text, '') FROM $1.$2 WHERE locked LIMIT 1;
