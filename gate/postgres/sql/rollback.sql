-- Ends the transaction; what it did is undone.
ROLLBACK;
