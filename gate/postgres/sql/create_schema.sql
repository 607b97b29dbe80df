-- Where the history lives.
CREATE SCHEMA IF NOT EXISTS lockgate;
