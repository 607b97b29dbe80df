-- Starts a transaction that sees one state of the database.
BEGIN DEFERRED;
