-- Behind a script: it may have called nextval().
DISCARD SEQUENCES;
