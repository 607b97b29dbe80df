-- $1 lock timeout, $2 statement timeout in milliseconds (text), $3 until the transaction ends
-- (boolean): what each statement of a script may take.
SELECT pg_catalog.set_config('lock_timeout', $1, $3::pg_catalog.bool),
	pg_catalog.set_config('statement_timeout', $2, $3::pg_catalog.bool);
