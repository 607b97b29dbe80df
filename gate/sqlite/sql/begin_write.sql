-- Starts a transaction as the one writer.
BEGIN IMMEDIATE;
