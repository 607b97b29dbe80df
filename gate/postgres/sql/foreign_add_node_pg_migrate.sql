-- $1 schema, $2 table (identifiers, quoted), $3 name (text): it is applied, as node-pg-migrate
-- records it.
INSERT INTO $1.$2 (name, run_on) VALUES ($3, clock_timestamp());
