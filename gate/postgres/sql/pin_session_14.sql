-- The same for what PostgreSQL 14 brought: a backend whose client has gone looks up and ends, where
-- its system can tell.
SELECT pg_catalog.set_config('idle_session_timeout', '0', false),
	CASE WHEN pg_catalog.version() !~* 'windows|mingw|visual|msvc'
		THEN pg_catalog.set_config('client_connection_check_interval', '5s', false) END;
