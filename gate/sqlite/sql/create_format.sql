-- The version of the history layout: one row, written when the history is created.
CREATE TABLE IF NOT EXISTS lockgate_format (version INTEGER NOT NULL);
