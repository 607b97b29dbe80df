-- Starts a transaction that writes; nothing else of the session decides how.
BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
