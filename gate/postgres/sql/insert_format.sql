-- Writes the layout's version where none is written yet.
INSERT INTO lockgate.format (version) SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM lockgate.format);
