-- $1 pid (integer). Ends that session, which frees its locks.
SELECT pg_catalog.pg_terminate_backend($1::pg_catalog.int4);
