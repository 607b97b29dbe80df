-- $1 name of a relation as the script writes it (text). is_there (boolean).
SELECT pg_catalog.to_regclass($1) IS NOT NULL;
