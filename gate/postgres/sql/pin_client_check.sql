-- A backend whose client has gone looks up and ends, since PostgreSQL 14.
SET client_connection_check_interval = '5s';
