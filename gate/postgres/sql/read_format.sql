-- version (integer) of the history layout.
SELECT version FROM lockgate.format;
