-- $1 role (text), $2 until the transaction ends (boolean): whose rights the script has.
SELECT pg_catalog.set_config('role', $1, $2::pg_catalog.bool);
