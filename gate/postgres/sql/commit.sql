-- Ends the transaction; what it did stays.
COMMIT;
