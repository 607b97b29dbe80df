-- The same, since PostgreSQL 14.
SET idle_session_timeout = 0;
