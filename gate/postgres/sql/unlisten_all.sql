-- Behind a script: it may listen.
UNLISTEN *;
