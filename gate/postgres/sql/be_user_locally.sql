-- The user of --db, until the transaction ends: a script without a transaction may be another.
SET LOCAL SESSION AUTHORIZATION DEFAULT;
