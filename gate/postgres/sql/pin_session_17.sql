-- The same for what PostgreSQL 17 brought.
SELECT pg_catalog.set_config('transaction_timeout', '0', false);
