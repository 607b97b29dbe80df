-- The same, since PostgreSQL 17.
SET transaction_timeout = 0;
