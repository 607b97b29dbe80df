-- Behind a script: it may have prepared statements.
DEALLOCATE ALL;
