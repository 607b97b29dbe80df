-- $1 the scope (name): the schema of a tenant that is new.
CREATE SCHEMA IF NOT EXISTS $1;
