-- Where row security hides rows of the history, reading it is an error, not an empty history.
SET LOCAL row_security = off;
