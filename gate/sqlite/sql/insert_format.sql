-- Writes the layout version ?1 (integer) where none is written yet.
INSERT INTO main.lockgate_format (version) SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM main.lockgate_format);
