-- Starts a transaction that reads, and sees one state of the database.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
