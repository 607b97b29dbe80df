-- Nothing is written until the transaction ends: by a check, or by what somebody has planted where
-- lockgate reads.
SET LOCAL transaction_read_only = on;
