-- $1 the lock timeout in milliseconds (text). What a session must not inherit: scripts are read by
-- these rules, and a timeout that ends the session would give up the lock.
SELECT pg_catalog.set_config('standard_conforming_strings', 'on', false),
	pg_catalog.set_config('statement_timeout', '0', false),
	pg_catalog.set_config('lock_timeout', $1, false),
	pg_catalog.set_config('idle_in_transaction_session_timeout', '0', false);
