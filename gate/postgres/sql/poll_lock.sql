-- $1 the lock's space, $2 the lock's key (integer). is_taken (boolean): whether this session has
-- the lock now.
SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int4, $2::pg_catalog.int4);
