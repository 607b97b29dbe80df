-- pid (integer), is_standby (boolean): the backend that answers.
SELECT pg_catalog.pg_backend_pid(), pg_catalog.pg_is_in_recovery();
