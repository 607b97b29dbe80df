-- interval (text, NULL where the server's system cannot do it): a backend whose client has gone looks
-- up and ends, since PostgreSQL 14.
SELECT CASE WHEN pg_catalog.version() !~* 'windows|mingw|visual|msvc'
	THEN pg_catalog.set_config('client_connection_check_interval', '5s', false) END;
