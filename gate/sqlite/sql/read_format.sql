-- version (integer) of the history layout.
SELECT version FROM main.lockgate_format;
