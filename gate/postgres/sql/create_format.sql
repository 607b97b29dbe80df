-- The version of the history layout: one row, written when the history is created.
CREATE TABLE IF NOT EXISTS lockgate.format (version integer NOT NULL);
