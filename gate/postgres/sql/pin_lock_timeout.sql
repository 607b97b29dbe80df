-- $1 milliseconds (text): how long lockgate's own statements wait for a lock.
SELECT pg_catalog.set_config('lock_timeout', $1, false);
