-- $1 role (an identifier, quoted): it may read all of them.
GRANT SELECT ON ALL TABLES IN SCHEMA lockgate TO $1;
