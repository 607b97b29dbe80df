-- $1 role (an identifier, quoted): it may see the history's tables.
GRANT USAGE ON SCHEMA lockgate TO $1;
