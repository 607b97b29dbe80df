-- A check may only read.
SET LOCAL transaction_read_only = on;
