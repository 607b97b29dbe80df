-- Behind a script: it may have left cursors open.
CLOSE ALL;
