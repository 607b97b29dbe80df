-- What was deferred to the end of the transaction is done now.
SET CONSTRAINTS ALL IMMEDIATE;
