-- Behind a script: it may have made temporary tables.
DISCARD TEMP;
