-- $1 the lock's space, $2 the lock's key (integer). Ends the transaction with 22012 if another
-- session has the lock; where this session has lost it, or none is to be had, it is taken until
-- the transaction ends.
SELECT 1 / pg_catalog.pg_try_advisory_xact_lock($1::pg_catalog.int4, $2::pg_catalog.int4)::pg_catalog.int4;
