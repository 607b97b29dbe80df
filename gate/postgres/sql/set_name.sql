-- $1 name (text), $2 until the transaction ends (boolean): what others see of this session.
SELECT pg_catalog.set_config('application_name', $1, $2::pg_catalog.bool);
